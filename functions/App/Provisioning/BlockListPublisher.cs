using Marquee.App.Storage;
using Marquee.Domain.Contracts;
using Microsoft.Extensions.Logging;

namespace Marquee.App.Provisioning;

/// <summary>
/// Tells every PoP which cards owe at the host's other PoPs: the whole list each time, the newest version wins. Of more than
/// <see cref="ConfigureBlockList.MaxCards"/> the newest debts are told; the command says how many are left out, and those cards are taken offline
/// again, under the floor limits.
/// </summary>
public sealed partial class BlockListPublisher(
    BlockListStore store, HostDirectory directory, CommandSender commands, TimeProvider time, ILogger<BlockListPublisher> logger)
{
    /// <summary>Sent again after this long, for the PoP that lost its disk and the command that the bus dropped.</summary>
    public static readonly TimeSpan Renewal = TimeSpan.FromHours(6);

    /// <summary>To each PoP that was not sent the newest version, or not for long.</summary>
    public async Task PublishAsync(CancellationToken cancellationToken)
    {
        if (await store.VersionAsync(cancellationToken) is var version && version == 0) return;
        var (sent, now) = (await store.SentAsync(cancellationToken), time.GetUtcNow());
        BlockedCards? cards = null;
        await foreach (var pop in directory.ListPopsAsync(cancellationToken))
        {
            if (sent.TryGetValue(pop.Id, out var last) && last.Version >= version && last.At + Renewal > now) continue;
            cards ??= await store.ReadAsync(cancellationToken);
            try
            {
                await SendAsync(pop.Id, cards, now, cancellationToken);
            }
            catch (ServiceBusException failure)
            {
                // Whoever brought the news of a card brings news of money, too: that does not wait for this. The sweep tells again.
                LogNotTold(pop.Id, failure);
            }
        }
    }

    private async Task SendAsync(string popId, BlockedCards cards, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var command = new EdgeCommand
        {
            PopId = popId,
            Key = ConfigureBlockList.CommandKey,
            Version = cards.Version,
            IssuedAt = now,
            Body = cards.For(popId),
        };
        await commands.SendAsync(command, "configure-block-list", cancellationToken);
        await store.PutSentAsync(popId, cards.Version, now, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "PoP {PopId} is not told of the newest block-list yet")]
    private partial void LogNotTold(string popId, Exception failure);
}
