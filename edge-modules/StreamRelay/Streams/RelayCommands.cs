using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Commands;
using Marquee.EdgeSync.Storage;
using Marquee.StreamRelay.Tokens;

namespace Marquee.StreamRelay.Streams;

/// <summary>Leads each of the cloud's commands to what takes its kind over.</summary>
internal sealed class RelayCommands(StreamBook streams, StreamAccessBook access) : ICommandHandler
{
    public CommandVerdict Apply(EdgeTransaction transaction, EdgeCommand command) => command.Body switch
    {
        ConfigureEvent => streams.Apply(transaction, command),
        ConfigureStreamAccess => access.Apply(transaction, command),
        _ => CommandVerdict.Refused("unknown_command", command.Body.GetType().Name),
    };
}
