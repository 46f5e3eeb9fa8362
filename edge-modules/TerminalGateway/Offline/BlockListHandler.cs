using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Commands;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Catalogue;

namespace Marquee.TerminalGateway.Offline;

/// <summary>Takes over the cloud's list of cards that owe at the hoster's other PoPs.</summary>
internal sealed class BlockListHandler(TimeProvider time) : ITillCommand
{
    public CommandVerdict? Apply(EdgeTransaction transaction, EdgeCommand command) =>
        command.Body is ConfigureBlockList list ? BlockList.TakeOver(transaction, list, time.GetUtcNow()) : null;
}
