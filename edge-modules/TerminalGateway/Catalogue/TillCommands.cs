using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Commands;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Offline;

namespace Marquee.TerminalGateway.Catalogue;

/// <summary>Leads each of the cloud's commands to what takes its kind over.</summary>
internal sealed class TillCommands(ConfigureEventHandler events, TimeProvider time) : ICommandHandler
{
    public CommandVerdict Apply(EdgeTransaction transaction, EdgeCommand command) => command.Body switch
    {
        ConfigureEvent => events.Apply(transaction, command),
        ConfigureBlockList list => BlockList.TakeOver(transaction, list, time.GetUtcNow()),
        // Both modules of a PoP hear every command; these are the relay's.
        ConfigureStreamAccess or ConfigureTrunk => CommandVerdict.Applied,
        _ => CommandVerdict.Refused("unknown_command", command.Body.GetType().Name),
    };
}
