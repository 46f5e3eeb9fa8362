using Marquee.EdgeSync.Hosting;
using Marquee.TerminalGateway.Http;
using Marquee.TerminalGateway.Watch;
using Microsoft.AspNetCore.Mvc;

namespace Marquee.TerminalGateway.Terminals;

/// <summary>What a terminal sends to be paired. Bytes in base64; <paramref name="Csr"/>: PKCS #10, DER; <paramref name="Proof"/>: see PairingProof.</summary>
internal sealed record PairingBody(string? PairingId, byte[]? Csr, byte[]? Proof, string? Serial, string? Model, string? Firmware);

/// <summary>What it gets. Certificates in DER, base64. It counts on from <paramref name="NextSequence"/>.</summary>
internal sealed record PairingResource(
    string PopId,
    string TerminalId,
    byte[] Certificate,
    DateTimeOffset NotAfter,
    byte[] Authority,
    byte[] Proof,
    int TerminalPort,
    long NextSequence);

/// <summary>The one thing behind the pairing listener.</summary>
internal static class PairingEndpoints
{
    private const int MaxBytes = 8 * 1024;

    public static void MapPairing(this IEndpointRouteBuilder routes) => routes.MapPost("/v1/pairings", PairAsync)
        .Behind(Door.Pairing)
        .WithMetadata(new RequestSizeLimitAttribute(MaxBytes))
        .WithName("pair").WithSummary("Turns a code from the staff into a certificate.")
        .Produces<PairingResource>(StatusCodes.Status201Created);

    private static async Task<IResult> PairAsync(
        PairingBody body, HttpContext http, PairingDesk desk, SequenceBook sequences, GatewayListeners listeners, RateLimits rates, EdgeSettings edge)
    {
        var address = http.Connection.RemoteIpAddress?.ToString() ?? "";
        if (rates.PairingAddresses.Take(address) is { } wait) return Problems.TooMany(http, wait);
        var device = new DeviceDescription(body.Serial ?? "", body.Model ?? "", body.Firmware ?? "");
        if (SigningRequest.Read(body.Csr) is not { } request || body.PairingId is null || body.Proof is null || !device.IsValid)
        {
            return Problems.Of(
                StatusCodes.Status400BadRequest, "invalid_pairing", "A pairing is a pairingId, a PKCS #10 request of a P-256 key, a proof, serial, model and firmware.");
        }

        var shown = http.Features.Get<PresentedCertificate>() ?? throw new InvalidOperationException("The pairing listener has shown no certificate.");
        var grant = await desk.PairAsync(new PairingRequest(body.PairingId, request, body.Proof, device), shown.Der).ConfigureAwait(false);
        if (grant is not null) http.TellWatch(now => new DevicePaired(grant.TerminalId, now, device.Serial, device.Firmware));
        return grant is not null
            ? Results.Json(
                new PairingResource(
                    edge.PopId, grant.TerminalId, grant.Certificate, grant.NotAfter, grant.Authority, grant.Proof, listeners.TerminalPort, sequences.LastOf(grant.TerminalId) + 1),
                statusCode: StatusCodes.Status201Created)
            : Problems.Of(StatusCodes.Status403Forbidden, "pairing_refused", "The code is unknown, used, over, or was typed wrongly. Staff can make another.");
    }
}
