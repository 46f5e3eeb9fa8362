using Marquee.App.Storage;
using Marquee.App.Streams;
using Marquee.Domain.Contracts;
using Microsoft.Extensions.Options;

namespace Marquee.App.Provisioning;

/// <summary>Tells relays by which keys to check tokens and which tokens not to take: the whole of it each time, the newest version wins.</summary>
public sealed class StreamAccessPublisher(
    StreamAccessStore store, SigningKeys keys, CommandSender commands, HostDirectory directory, IOptions<StreamSettings> settings, TimeProvider time)
{
    public async Task PublishAsync(IEnumerable<string> popIds, CancellationToken cancellationToken)
    {
        var (issuer, publicKeys) = (settings.Value.Issuer, keys.Public);
        var access = await store.ReadAsync(issuer, publicKeys, cancellationToken);
        var body = new ConfigureStreamAccess { Issuer = issuer, Keys = publicKeys, RevokedTokens = access.Tokens, RevokedStreams = access.Streams };
        foreach (var popId in popIds)
        {
            var command = new EdgeCommand
            {
                PopId = popId,
                Key = ConfigureStreamAccess.CommandKey,
                Version = access.Version,
                IssuedAt = time.GetUtcNow(),
                Body = body,
            };
            await commands.SendAsync(command, "configure-stream-access", cancellationToken);
        }
    }

    /// <summary>To every PoP: any of them may carry a stream by the trunk.</summary>
    public async Task PublishAsync(CancellationToken cancellationToken)
    {
        var popIds = new List<string>();
        await foreach (var pop in directory.ListPopsAsync(cancellationToken))
        {
            popIds.Add(pop.Id);
        }

        await PublishAsync(popIds, cancellationToken);
    }
}
