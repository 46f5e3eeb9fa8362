using System.Security.Cryptography;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Hardening;
using Marquee.TerminalGateway.Sales;

namespace Marquee.TerminalGateway.Terminals;

/// <summary>A code for staff to hand over; said once and kept nowhere.</summary>
internal sealed record Invitation(string PairingId, string TerminalId, PairingCode Code, DateTimeOffset ExpiresAt);

/// <summary>What a terminal says to be paired. <paramref name="Proof"/>: <see cref="PairingProof.OfTerminal"/>.</summary>
internal sealed record PairingRequest(string PairingId, SigningRequest SigningRequest, byte[] Proof, DeviceDescription Device);

/// <summary>What a paired terminal takes away. <paramref name="Proof"/>: <see cref="PairingProof.OfGateway"/>.</summary>
internal sealed record PairingGrant(string TerminalId, byte[] Certificate, DateTimeOffset NotAfter, byte[] Authority, byte[] Proof);

/// <summary>Invites terminals and pairs them.</summary>
internal sealed class PairingDesk(
    EdgeStore store, KeyRing keys, Authority authority, CertificateTable certificates, Outbox outbox, TimeProvider time)
{
    public static readonly TimeSpan CodeLife = TimeSpan.FromMinutes(10);
    public const int MaxWrongTries = 5;
    public const int MaxOpenInvitations = 16;
    public const int MaxTerminals = 500;
    private const string Purpose = "pairing";
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(1);

    /// <summary>Makes a code for a terminal, known or new. An earlier code for it is worth nothing from then on. Null with a code of why when refused.</summary>
    public async Task<(Invitation? Invitation, string? Refusal)> InviteAsync(string terminalId, string name)
    {
        while (true)
        {
            var code = PairingCode.New();
            var secret = keys.Seal(Purpose, code.Stretch(), System.Text.Encoding.ASCII.GetBytes(code.PairingId));
            var (invitation, refusal) = await store.WriteAsync(tx => Invite(tx, terminalId, name, code, secret)).ConfigureAwait(false);
            if (refusal != "pairing_id_taken") return (invitation, refusal);
        }
    }

    /// <summary>Null when the code is unknown, over, or not proven: a stranger learns no more than that.</summary>
    /// <param name="serverCertificate">The certificate (DER) that this connection showed the terminal.</param>
    public Task<PairingGrant?> PairAsync(PairingRequest request, byte[] serverCertificate) =>
        store.WriteAsync(tx => Pair(tx, request, serverCertificate));

    private (Invitation? Invitation, string? Refusal) Invite(EdgeTransaction tx, string terminalId, string name, PairingCode code, byte[] secret)
    {
        var now = time.GetUtcNow();
        TerminalRows.ForgetPairings(tx, now - Remembered);
        var open = TerminalRows.OpenPairings(tx).Select(p => Expire(tx, p, now)).Where(p => p.State == PairingState.Open).ToList();
        if (open.Count(p => p.TerminalId != terminalId) >= MaxOpenInvitations) return (null, "too_many_invitations");
        var known = TerminalRows.Find(tx, terminalId);
        if (known is null && TerminalRows.Count(tx) >= MaxTerminals) return (null, "too_many_terminals");
        if (TerminalRows.FindPairing(tx, code.PairingId) is not null) return (null, "pairing_id_taken");
        foreach (var earlier in open.Where(p => p.TerminalId == terminalId)) Step(tx, earlier, PairingStep.Withdraw);
        var state = known is null ? TerminalState.Invited : TerminalLifecycle.Move(known.State, TerminalStep.Invite).Next;
        TerminalRows.Put(tx, (known ?? new Terminal { TerminalId = terminalId, Name = name, State = state }) with { Name = name, State = state });
        TerminalRows.Put(tx, new Pairing(code.PairingId, terminalId, PairingState.Open, secret, now + CodeLife, 0, null, null));
        return (new Invitation(code.PairingId, terminalId, code, now + CodeLife), null);
    }

    private PairingGrant? Pair(EdgeTransaction tx, PairingRequest request, byte[] serverCertificate)
    {
        var now = time.GetUtcNow();
        if (TerminalRows.FindPairing(tx, request.PairingId) is not { } pairing) return null;
        pairing = Expire(tx, pairing, now);
        var secret = keys.Open(Purpose, pairing.SealedSecret, System.Text.Encoding.ASCII.GetBytes(pairing.PairingId));
        var expected = PairingProof.OfTerminal(secret, request.SigningRequest.Der, serverCertificate);
        var proven = CryptographicOperations.FixedTimeEquals(expected, request.Proof);
        var requestHash = SHA256.HashData(request.SigningRequest.Der);
        if (pairing.State == PairingState.Used)
        {
            // Its answer was lost on the way: the same request has the same answer while the code would have lasted.
            return proven && now <= pairing.ExpiresAt && CryptographicOperations.FixedTimeEquals(pairing.RequestHash, requestHash)
                && TerminalRows.FindCertificate(tx, pairing.SerialNumber!) is { Revoked: false } issued
                    ? Grant(issued, secret, serverCertificate)
                    : null;
        }

        if (!proven)
        {
            Step(tx, pairing with { WrongTries = pairing.WrongTries + 1 }, pairing.WrongTries + 1 < MaxWrongTries ? PairingStep.Fail : PairingStep.FailLast);
            return null;
        }

        if (PairingLifecycle.Move(pairing.State, PairingStep.Prove) is null) return null;
        var terminal = TerminalRows.Find(tx, pairing.TerminalId)!;
        if (TerminalLifecycle.Move(terminal.State, TerminalStep.Pair) is not { IsLegal: true } move) return null;
        // The device before it, if there was one, is out from now on.
        certificates.RevokeAll(tx, terminal.TerminalId);
        var certificate = Issue(tx, certificates, authority, terminal.TerminalId, request.SigningRequest, now);
        terminal = terminal with { State = move.Next, Device = request.Device, PairedAt = now, RevokedAt = null, RevokedBecause = null };
        TerminalRows.Put(tx, terminal);
        Step(tx, pairing with { RequestHash = requestHash, SerialNumber = certificate.SerialNumber }, PairingStep.Prove);
        outbox.Append(tx, TillFacts.Stream, new TerminalPaired(
            terminal.TerminalId, terminal.Name, request.Device.Serial, request.Device.Model, request.Device.Firmware, certificate.SerialNumber));
        return Grant(certificate, secret, serverCertificate);
    }

    /// <summary>Has the authority make a certificate and books it.</summary>
    internal static IssuedCertificate Issue(
        EdgeTransaction tx, CertificateTable certificates, Authority authority, string terminalId, SigningRequest request, DateTimeOffset now)
    {
        using var certificate = authority.IssueToTerminal(terminalId, request.Key, now);
        var notAfter = new DateTimeOffset(certificate.NotAfter.ToUniversalTime());
        var issued = new IssuedCertificate(
            certificate.SerialNumber, terminalId, CertificateTable.ThumbprintOf(certificate), request.KeyHash, certificate.RawData, notAfter, notAfter, Revoked: false);
        certificates.Put(tx, issued);
        return issued;
    }

    private PairingGrant Grant(IssuedCertificate issued, byte[] secret, byte[] serverCertificate)
    {
        var root = authority.Certificate.RawData;
        return new(issued.TerminalId, issued.Der, issued.NotAfter, root, PairingProof.OfGateway(secret, issued.Der, root, serverCertificate));
    }

    private static Pairing Expire(EdgeTransaction tx, Pairing pairing, DateTimeOffset now) =>
        pairing.State == PairingState.Open && now > pairing.ExpiresAt ? Step(tx, pairing, PairingStep.Expire) : pairing;

    private static Pairing Step(EdgeTransaction tx, Pairing pairing, PairingStep step)
    {
        var next = pairing with { State = PairingLifecycle.Move(pairing.State, step) ?? pairing.State };
        TerminalRows.Put(tx, next);
        return next;
    }
}
