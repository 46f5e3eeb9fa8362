using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Sales;

namespace Marquee.TerminalGateway.Terminals;

/// <summary>What happens to paired terminals: new certificates, greetings, being shut out.</summary>
internal sealed class TerminalDesk(EdgeStore store, Authority authority, CertificateTable certificates, Outbox outbox, TimeProvider time)
{
    /// <summary>How long the old certificate goes on after a new one was given.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromHours(24);

    /// <summary>Certificates of one terminal that are good at the same time; one more is refused.</summary>
    public const int MaxGoodCertificates = 4;

    /// <summary>
    /// A new certificate for a terminal that holds one; the earlier ones end after <see cref="Overlap"/>. The same key again is given the same
    /// certificate. Null with a stable code when refused.
    /// </summary>
    public Task<(IssuedCertificate? Certificate, string? Refusal)> RenewAsync(string terminalId, SigningRequest request, Action<EdgeTransaction>? with = null) =>
        store.WriteAsync(tx =>
        {
            with?.Invoke(tx);
            return Renew(tx, terminalId, request);
        });

    /// <summary>Shuts a terminal out, at once and for open connections too. False when there is no such terminal.</summary>
    public Task<bool> RevokeAsync(string terminalId, string reason) => store.WriteAsync(tx =>
    {
        if (TerminalRows.Find(tx, terminalId) is not { } terminal) return false;
        if (terminal.State == TerminalState.Revoked) return true;
        foreach (var pairing in TerminalRows.OpenPairings(tx).Where(p => p.TerminalId == terminalId))
            TerminalRows.Put(tx, pairing with { State = PairingLifecycle.Move(pairing.State, PairingStep.Withdraw)!.Value });
        certificates.RevokeAll(tx, terminalId);
        var next = TerminalLifecycle.Move(terminal.State, TerminalStep.Revoke).Next;
        TerminalRows.Put(tx, terminal with { State = next, RevokedAt = time.GetUtcNow(), RevokedBecause = reason });
        outbox.Append(tx, TillFacts.Stream, new TerminalRevoked(terminalId, reason));
        return true;
    });

    /// <summary>Writes down what a terminal says of itself; a change is a fact, for a till that is another device than yesterday is worth a look.</summary>
    public Task GreetAsync(string terminalId, DeviceDescription device, Action<EdgeTransaction>? with = null) => store.WriteAsync(tx =>
    {
        with?.Invoke(tx);
        var terminal = TerminalRows.Find(tx, terminalId) ?? throw new InvalidOperationException($"Terminal {terminalId} greets without being known.");
        if (terminal.Device == device) return;
        TerminalRows.Put(tx, terminal with { Device = device });
        outbox.Append(tx, TillFacts.Stream, new TerminalChanged(terminalId, device.Serial, device.Model, device.Firmware));
    });

    private (IssuedCertificate? Certificate, string? Refusal) Renew(EdgeTransaction tx, string terminalId, SigningRequest request)
    {
        var now = time.GetUtcNow();
        if (TerminalRows.Find(tx, terminalId) is not { } terminal) return (null, "unknown_terminal");
        if (TerminalLifecycle.Move(terminal.State, TerminalStep.Renew) is { IsLegal: false } refused) return (null, refused.Refusal);
        var current = TerminalRows.Certificates(tx, terminalId).Where(c => c.StandingAt(now) is CertificateStanding.Good or CertificateStanding.RenewOnly).ToList();
        if (current.Find(c => c.StandingAt(now) == CertificateStanding.Good && c.KeyHash.AsSpan().SequenceEqual(request.KeyHash)) is { } same) return (same, null);
        if (current.Count >= MaxGoodCertificates) return (null, "too_many_certificates");
        var issued = PairingDesk.Issue(tx, certificates, authority, terminalId, request, now);
        foreach (var earlier in current.Where(c => now + Overlap < c.EndsAt)) certificates.Put(tx, earlier with { EndsAt = now + Overlap });
        return (issued, null);
    }
}
