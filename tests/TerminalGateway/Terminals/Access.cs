using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Storage;
using Marquee.EdgeSync.Tests;
using Marquee.TerminalGateway.Hardening;
using Marquee.TerminalGateway.Storage;
using Marquee.TerminalGateway.Terminals;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.TerminalGateway.Tests.Terminals;

/// <summary>The desks that let terminals in, on a store of their own and a clock that stands still.</summary>
internal sealed class Access : IAsyncDisposable
{
    /// <summary>What stands for the certificate that the pairing listener shows.</summary>
    public static readonly byte[] Shown = [1, 2, 3];

    private readonly TempFolder _folder;

    private Access(TempFolder folder, EdgeStore store, Authority authority, KeyRing keys, FakeTimeProvider time)
    {
        (_folder, Store, Authority, Time) = (folder, store, authority, time);
        Outbox = new Outbox(store, "berlin", time, capacity: 1_000);
        Certificates = new CertificateTable(time);
        Pairings = new PairingDesk(store, keys, authority, Certificates, Outbox, time);
        Terminals = new TerminalDesk(store, authority, Certificates, Outbox, time);
        Sequences = NewSequences();
    }

    public EdgeStore Store { get; }

    public Authority Authority { get; }

    public FakeTimeProvider Time { get; }

    public Outbox Outbox { get; }

    public CertificateTable Certificates { get; }

    public PairingDesk Pairings { get; }

    public TerminalDesk Terminals { get; }

    public SequenceBook Sequences { get; }

    public static async Task<Access> OpenAsync()
    {
        var folder = new TempFolder();
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 20, 0, 0, TimeSpan.Zero));
        var store = EdgeStore.Open(folder.File("gateway.db"), GatewaySchema.Steps);
        var keys = new KeyRing(new byte[Sealing.KeyBytes]);
        return new Access(folder, store, await Authority.OpenAsync(store, keys, "berlin", time), keys, time);
    }

    /// <summary>As after a restart: what is known is what the store knows.</summary>
    public SequenceBook NewSequences() =>
        new(Store, Outbox, new GatewaySettings { StaffKey = "", StripeApiKey = "", OutboxHeadroom = 100 }, Time);

    public static SigningRequest NewRequest(ECDsa? key = null)
    {
        using var made = key is null ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : null;
        return SigningRequest.Read(new CertificateRequest("CN=x", key ?? made!, HashAlgorithmName.SHA256).CreateSigningRequest())!;
    }

    public async Task<Invitation> InviteAsync(string terminalId = "till-1") => (await Pairings.InviteAsync(terminalId, terminalId)).Invitation!;

    public Task<PairingGrant?> PairAsync(Invitation invitation, SigningRequest? request = null, byte[]? key = null, byte[]? shown = null)
    {
        request ??= NewRequest();
        var proof = PairingProof.OfTerminal(key ?? invitation.Code.Stretch(), request.Der, shown ?? Shown);
        return Pairings.PairAsync(new(invitation.PairingId, request, proof, new DeviceDescription("sn", "model", "1")), Shown);
    }

    public async Task<PairingGrant> PairedAsync(string terminalId = "till-1") => (await PairAsync(await InviteAsync(terminalId)))!;

    public CertificateStanding StandingOf(byte[] certificate)
    {
        using var read = X509CertificateLoader.LoadCertificate(certificate);
        return Certificates.Find(CertificateTable.ThumbprintOf(read)).Standing;
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        Authority.Dispose();
        _folder.Dispose();
    }
}
