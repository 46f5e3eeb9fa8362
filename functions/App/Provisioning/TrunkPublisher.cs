using Marquee.App.Storage;
using Marquee.Domain.Contracts;

namespace Marquee.App.Provisioning;

/// <summary>Tells both PoPs of a trunk the whole of it, the keys among it. A relay takes the newest version, however often it comes.</summary>
public sealed class TrunkPublisher(CommandSender commands, TimeProvider time)
{
    public async Task PublishAsync(TrunkDocument trunk, CancellationToken cancellationToken)
    {
        foreach (var popId in (string[])[trunk.FirstPopId, trunk.SecondPopId])
        {
            var body = trunk.For(popId);
            var command = new EdgeCommand
            {
                PopId = popId,
                Key = ConfigureTrunk.CommandKey(body.NeighbourPopId),
                Version = trunk.Version,
                IssuedAt = time.GetUtcNow(),
                Body = body,
            };
            await commands.SendAsync(command, "configure-trunk", cancellationToken);
        }
    }
}
