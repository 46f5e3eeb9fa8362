using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Commands;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Offline;

namespace Marquee.TerminalGateway.Catalogue;

/// <summary>Hands a command to the part of the till that it is for. Every one of them tells, too, that it is later than when it was sent.</summary>
internal sealed class TillCommands(IEnumerable<ITillCommand> parts, ClockWatch clock) : ICommandHandler
{
    public CommandVerdict Apply(EdgeTransaction transaction, EdgeCommand command)
    {
        clock.Heard(transaction, command.IssuedAt);
        // Both modules of a PoP hear every command; these are the relay's.
        if (command.Body is ConfigureStreamAccess or ConfigureTrunk) return CommandVerdict.Applied;
        foreach (var part in parts)
        {
            if (part.Apply(transaction, command) is { } verdict) return verdict;
        }

        return CommandVerdict.Refused("unknown_command", command.Body.GetType().Name);
    }
}
