using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Store;

namespace Marquee.Local.Stripe.Wire;

/// <summary>One checked request on its way to its handler.</summary>
internal sealed record Call(Session Session, Operation Operation, IReadOnlyDictionary<string, string> Holes, JsonObject Parameters,
    string Path)
{
    /// <summary>Where this server is reached, for links it gives out.</summary>
    public required Uri Origin { get; init; }

    /// <summary>The value in the path where the template has <c>{name}</c>.</summary>
    public string this[string name] => Holes[name];
}
