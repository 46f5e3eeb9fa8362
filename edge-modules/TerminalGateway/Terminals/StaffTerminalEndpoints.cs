using System.Text.RegularExpressions;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Http;
using Marquee.TerminalGateway.Watch;

namespace Marquee.TerminalGateway.Terminals;

/// <summary>A wish for a code. <paramref name="Name"/>: what staff calls the terminal, its id when left out.</summary>
internal sealed record InvitationBody(string? TerminalId, string? Name);

/// <summary>A code to type into the terminal, said this once.</summary>
internal sealed record InvitationResource(
    string PairingId, string TerminalId, string Code, DateTimeOffset ExpiresAt, int PairingPort, int TerminalPort, string AuthorityFingerprint);

/// <summary>Why a terminal is shut out, for the record.</summary>
internal sealed record RevocationBody(string? Reason);

internal sealed record TerminalResource(
    string TerminalId,
    string Name,
    TerminalState State,
    string? Serial,
    string? Model,
    string? Firmware,
    DateTimeOffset? PairedAt,
    DateTimeOffset? CertificateEndsAt,
    DateTimeOffset? LastSeenAt,
    bool Connected,
    long LastSequence,
    IReadOnlyList<SequenceGap> Gaps,
    DateTimeOffset? RevokedAt,
    string? RevokedBecause);

/// <summary>What staff does with terminals.</summary>
internal static partial class StaffTerminalEndpoints
{
    private const int MaxGapsShown = 20;

    public static void MapStaffTerminals(this IEndpointRouteBuilder staff)
    {
        staff.MapPost("/pairings", InviteAsync)
            .WithName("inviteTerminal").WithSummary("Makes a code for a terminal: good once, for ten minutes and five tries.")
            .Produces<InvitationResource>(StatusCodes.Status201Created);
        staff.MapGet("/terminals", List).WithName("listTerminals").WithSummary("The PoP's terminals.");
        staff.MapPost("/terminals/{terminalId}/revocation", RevokeAsync)
            .WithName("revokeTerminal").WithSummary("Shuts a terminal out at once, its open connections too.").Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> InviteAsync(InvitationBody body, PairingDesk desk, Authority authority, GatewayListeners listeners)
    {
        var name = string.IsNullOrWhiteSpace(body.Name) ? body.TerminalId : body.Name;
        if (body.TerminalId is null || !IdPattern().IsMatch(body.TerminalId) || name!.Length > 64 || name.Any(char.IsControl))
            return Problems.Of(StatusCodes.Status400BadRequest, "invalid_terminal", "terminalId must be 1 to 64 of A-Z a-z 0-9 . _ -, name at most 64 characters.");
        var (invitation, refusal) = await desk.InviteAsync(body.TerminalId, name).ConfigureAwait(false);
        return invitation is null
            ? Problems.Of(StatusCodes.Status409Conflict, refusal!, "No more codes or terminals than there are can be open here.")
            : Results.Json(
                new InvitationResource(
                    invitation.PairingId,
                    invitation.TerminalId,
                    invitation.Code.ToString(),
                    invitation.ExpiresAt,
                    listeners.PairingPort,
                    listeners.TerminalPort,
                    authority.Fingerprint),
                statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> RevokeAsync(string terminalId, RevocationBody body, HttpContext http, TerminalDesk desk)
    {
        if (body.Reason is not { Length: > 0 and <= 200 } reason || reason.Any(char.IsControl))
            return Problems.Of(StatusCodes.Status400BadRequest, "invalid_revocation", "reason must be 1 to 200 characters.");
        if (!await desk.RevokeAsync(terminalId, reason).ConfigureAwait(false))
            return Problems.Of(StatusCodes.Status404NotFound, "unknown_terminal", "This PoP has no such terminal.");
        http.TellWatch(now => new SignedOff(terminalId, now));
        return Results.NoContent();
    }

    private static IResult List(EdgeStore store, SequenceBook sequences, TerminalConnections connections) => Results.Json(new
    {
        terminals = store.Read(reader => TerminalRows.All(reader).Select(terminal => new TerminalResource(
            terminal.TerminalId,
            terminal.Name,
            terminal.State,
            terminal.Device?.Serial,
            terminal.Device?.Model,
            terminal.Device?.Firmware,
            terminal.PairedAt,
            TerminalRows.Certificates(reader, terminal.TerminalId).Where(c => !c.Revoked).Select(c => (DateTimeOffset?)c.EndsAt).Max(),
            SequenceBook.LastSeen(reader, terminal.TerminalId),
            connections.IsConnected(terminal.TerminalId),
            sequences.LastOf(terminal.TerminalId),
            SequenceBook.Gaps(reader, terminal.TerminalId, MaxGapsShown),
            terminal.RevokedAt,
            terminal.RevokedBecause)).ToList()),
    });

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,64}\z")]
    private static partial Regex IdPattern();
}
