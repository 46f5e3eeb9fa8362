using Marquee.EdgeSync.Hosting;
using Marquee.TerminalGateway.Http;
using Marquee.TerminalGateway.Watch;
using Microsoft.AspNetCore.Http.Features;

namespace Marquee.TerminalGateway.Terminals;

/// <summary>A terminal's greeting, at its start and when something of it has changed.</summary>
internal sealed record HelloBody(string? Serial, string? Model, string? Firmware);

/// <summary>What the gateway answers. A certificate is due for renewal from <paramref name="RenewAfter"/> on.</summary>
internal sealed record HelloResource(string PopId, string TerminalId, DateTimeOffset Time, DateTimeOffset RenewAfter);

/// <summary>A request for the next certificate: PKCS #10, DER, base64.</summary>
internal sealed record CertificateBody(byte[]? Csr);

/// <summary>A certificate: DER, base64.</summary>
internal sealed record CertificateResource(byte[] Certificate, DateTimeOffset NotAfter);

/// <summary>What terminals ask about themselves.</summary>
internal static class TerminalEndpoints
{
    public static void MapTerminal(this IEndpointRouteBuilder terminals)
    {
        terminals.MapPost("/hello", HelloAsync)
            .WithName("hello").WithSummary("Says what device this is; hears the time and when the certificate is due.").Produces<HelloResource>();
        terminals.MapPost("/certificates", RenewAsync).WithMetadata(new RenewsCertificate())
            .WithName("renewCertificate").WithSummary("Gives a new certificate over the one of this connection; the old one goes on for a day.")
            .Produces<CertificateResource>(StatusCodes.Status201Created);
    }

    private static async Task<IResult> HelloAsync(
        HelloBody body, HttpContext http, TerminalDesk desk, CertificateTable certificates, EdgeSettings edge, TimeProvider time)
    {
        var device = new DeviceDescription(body.Serial ?? "", body.Model ?? "", body.Firmware ?? "");
        if (!device.IsValid) return Problems.Of(StatusCodes.Status400BadRequest, "invalid_hello", "A greeting is serial, model and firmware.");
        var connection = http.Features.GetRequiredFeature<TerminalConnection>();
        await desk.GreetAsync(connection.TerminalId, device, http.Features.GetRequiredFeature<SequenceTicket>().Record).ConfigureAwait(false);
        http.TellWatch(now => new HelloObserved(connection.TerminalId, now, device.Serial, device.Firmware));
        var ends = certificates.Find(connection.Thumbprint).Certificate?.NotAfter ?? time.GetUtcNow();
        return Results.Json(new HelloResource(edge.PopId, connection.TerminalId, time.GetUtcNow(), ends - (Authority.TerminalLife / 3)));
    }

    private static async Task<IResult> RenewAsync(CertificateBody body, HttpContext http, TerminalDesk desk)
    {
        if (SigningRequest.Read(body.Csr) is not { } request)
            return Problems.Of(StatusCodes.Status400BadRequest, "invalid_signing_request", "csr must be a PKCS #10 request of a P-256 key, signed with it.");
        var connection = http.Features.GetRequiredFeature<TerminalConnection>();
        var (issued, refusal) = await desk.RenewAsync(connection.TerminalId, request, http.Features.GetRequiredFeature<SequenceTicket>().Record).ConfigureAwait(false);
        return issued is not null
            ? Results.Json(new CertificateResource(issued.Der, issued.NotAfter), statusCode: StatusCodes.Status201Created)
            : Problems.Of(StatusCodes.Status409Conflict, refusal!, "No certificate can be given to this terminal now.");
    }
}
