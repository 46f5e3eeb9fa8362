using System.Collections.Frozen;
using Marquee.App.Orchestrations;
using Marquee.Domain;
using Marquee.Domain.Events;

namespace Marquee.App.Api;

/// <summary>What a host may ask of an event, by the last part of the URL: the move it asks for, and the signal that the orchestration waits for.</summary>
internal static class HostCommands
{
    public const string Announce = "announce";

    private static readonly FrozenDictionary<string, (EventCommand Command, string? Signal)> ByName = new Dictionary<string, (EventCommand, string?)>
    {
        // Announcing starts the orchestration, so there is nobody to signal yet.
        [Announce] = (EventCommand.Announce, null),
        ["open"] = (EventCommand.Open, Signals.Open),
        ["wrap"] = (EventCommand.Wrap, Signals.Wrap),
        // Closing the drop is what settling waits for; the settled phase itself follows when the money has moved.
        ["close-drop"] = (EventCommand.Settle, Signals.CloseDrop),
        ["archive"] = (EventCommand.Archive, Signals.Archive),
        ["cancel"] = (EventCommand.Cancel, Signals.Cancel),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static IEnumerable<string> Names => ByName.Keys.Order(StringComparer.Ordinal);

    public static bool TryGet(string name, out EventCommand command, out string? signal)
    {
        var found = ByName.TryGetValue(name, out var entry);
        (command, signal) = entry;
        return found;
    }

    public static IEnumerable<string> LegalIn(EventPhase phase) =>
        Names.Where(name => EventLifecycle.Decide(phase, ByName[name].Command) is TransitionDecision.Moved);
}
