using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Marquee.EdgeSync.Tests;
using Marquee.StreamRelay.Tests.Impairment;
using Marquee.StreamRelay.Tests.Tokens;

namespace Marquee.Browser.Tests.Stream;

/// <summary>Two PoPs and the trunk between them: the publisher is at Berlin, the viewers are at Lisbon, the links are bad on purpose.</summary>
internal sealed class TwoPops : IAsyncDisposable
{
    private const int SecretBytes = 32;

    private readonly TempFolder _folder = new();
    private readonly TokenIssuer _issuer = new();
    private readonly ImpairmentProxy _proxy = new();

    private TwoPops(IReadOnlyList<LinkConditions> conditions)
    {
        Links = [.. conditions.Select((condition, link) => _proxy.Add(condition, seed: 1 + (2 * link)))];
        var secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes));
        Berlin = new ShowRelay("berlin", _folder.File("berlin"), _issuer, Trunk("lisbon", secret, Links.Select(link => link.Near)));
        Lisbon = new ShowRelay("lisbon", _folder.File("lisbon"), _issuer, Trunk("berlin", secret, Links.Select(link => link.Far)));
    }

    public ShowRelay Berlin { get; }

    public ShowRelay Lisbon { get; }

    public IReadOnlyList<ProxyLink> Links { get; }

    public static async Task<TwoPops> StartAsync(CancellationToken cancellationToken, params IReadOnlyList<LinkConditions> links)
    {
        var pops = new TwoPops(links);
        await pops.Berlin.StartAsync(cancellationToken);
        await pops.Lisbon.StartAsync(cancellationToken);
        return pops;
    }

    public async ValueTask DisposeAsync()
    {
        await Berlin.DisposeAsync();
        await Lisbon.DisposeAsync();
        _proxy.Dispose();
        _issuer.Dispose();
        _folder.Dispose();
    }

    private static string[] Trunk(string neighbour, string secret, IEnumerable<IPEndPoint> remotes) =>
    [
        $"--Trunk:0:Neighbour={neighbour}", $"--Trunk:0:Key={secret}",
        .. remotes.SelectMany((remote, link) => new[]
        {
            string.Create(CultureInfo.InvariantCulture, $"--Trunk:0:Links:{link}:Bind=127.0.0.1:0"),
            string.Create(CultureInfo.InvariantCulture, $"--Trunk:0:Links:{link}:Remote={remote}"),
        }),
    ];
}
