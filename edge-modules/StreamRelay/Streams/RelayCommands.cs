using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Commands;
using Marquee.EdgeSync.Storage;
using Marquee.StreamRelay.Tokens;
using Marquee.StreamRelay.Trunk;

namespace Marquee.StreamRelay.Streams;

/// <summary>Leads each of the cloud's commands to what takes its kind over.</summary>
internal sealed class RelayCommands(StreamBook streams, StreamAccessBook access, TrunkBook trunks) : ICommandHandler
{
    public CommandVerdict Apply(EdgeTransaction transaction, EdgeCommand command) => command.Body switch
    {
        ConfigureEvent => streams.Apply(transaction, command),
        ConfigureStreamAccess => access.Apply(transaction, command),
        ConfigureTrunk => trunks.Apply(transaction, command),
        // Both modules of a PoP hear every command; this is the till's.
        ConfigureBlockList => CommandVerdict.Applied,
        _ => CommandVerdict.Refused("unknown_command", command.Body.GetType().Name),
    };
}
