using Marquee.TerminalGateway.Payments;
using Stripe.Terminal;

namespace Marquee.TerminalGateway.Http;

/// <summary>One of the processor's own readers. <see cref="Status"/>: online or offline; <see cref="Busy"/> while a payment is on it.</summary>
internal sealed record ReaderResource(string ReaderId, string? Label, string DeviceType, string? Status, bool Busy, string? Location)
{
    public static ReaderResource Of(Reader reader) =>
        new(reader.Id, reader.Label, reader.DeviceType, reader.Status, reader.Action?.Status == "in_progress", reader.LocationId);
}

/// <summary>What staff asks for to register a reader: the code that it shows.</summary>
internal sealed record ReaderRegistration(string RegistrationCode, string? Label, string? Location);

/// <summary>Where a reader's SDK connects from; the account's default when left out.</summary>
internal sealed record ConnectionTokenRequest(string? Location = null);

/// <summary>
/// The processor's readers, proxied: <c>GET /readers</c> and <c>POST /connection-tokens</c> for terminals, <c>POST /readers</c> for staff.
/// The processor's key never leaves the till.
/// </summary>
internal static class ReaderEndpoints
{
    public static void MapReaders(this IEndpointRouteBuilder terminals)
    {
        terminals.MapGet("/readers", ListAsync);
        terminals.MapPost("/connection-tokens", ConnectAsync);
    }

    public static void MapReaderRegistration(this IEndpointRouteBuilder staff) => staff.MapPost("/readers", RegisterAsync);

    private static async Task<IResult> ListAsync(CardReaders readers, GatewaySettings settings, string? location = null)
    {
        var (answer, failure) = await readers.ListAsync(location, settings.ForwardTimeout).ConfigureAwait(false);
        return answer is not null ? Results.Json(new { readers = answer.Data.Select(ReaderResource.Of) }) : Failed(failure!);
    }

    private static async Task<IResult> RegisterAsync(HttpContext http, CardReaders readers, GatewaySettings settings)
    {
        var (request, problem) = await JsonBody.ReadAsync<ReaderRegistration>(http, "invalid_reader").ConfigureAwait(false);
        if (request is null) return problem!;
        if (request.RegistrationCode is not { Length: > 0 and <= 100 })
            return Problems.Of(StatusCodes.Status400BadRequest, "invalid_reader", "registrationCode is what the reader shows.");
        var (answer, failure) = await readers
            .RegisterAsync(request.RegistrationCode, request.Label, request.Location, settings.ForwardTimeout).ConfigureAwait(false);
        return answer is not null ? Results.Json(ReaderResource.Of(answer), statusCode: StatusCodes.Status201Created) : Failed(failure!);
    }

    private static async Task<IResult> ConnectAsync(HttpContext http, CardReaders readers, GatewaySettings settings)
    {
        var (request, problem) = await JsonBody.ReadAsync<ConnectionTokenRequest>(http, "invalid_request").ConfigureAwait(false);
        if (request is null) return problem!;
        var (answer, failure) = await readers.ConnectionTokenAsync(request.Location, settings.ForwardTimeout).ConfigureAwait(false);
        if (answer is null) return Failed(failure!);
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(new { secret = answer.Secret, location = answer.Location });
    }

    // Nothing here says how the line is for payments: the breaker hears of those only.
    private static IResult Failed(PaymentOutcome failure) => failure switch
    {
        PaymentOutcome.Declined declined => Problems.Of(
            StatusCodes.Status409Conflict, "processor_refused", "The processor refused the request.", declined.Code),
        PaymentOutcome.Unknown { Reason: "http_404" } => Problems.Of(
            StatusCodes.Status404NotFound, "unknown_at_processor", "The processor has no such thing."),
        _ => Problems.Of(StatusCodes.Status503ServiceUnavailable, "processor_unreachable", "The processor does not answer."),
    };
}
