using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Http;
using Marquee.TerminalGateway.Signatures;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Data.Sqlite;

namespace Marquee.TerminalGateway.Terminals;

/// <summary>
/// Stands before everything that terminals ask: the certificate must still be good, the rate within bounds, and a request that changes
/// something signed and numbered. What passes knows its terminal (<see cref="TerminalIdentity"/>).
/// </summary>
internal sealed partial class TerminalGate(
    RequestDelegate next, CertificateTable certificates, SequenceBook sequences, RateLimits rates, EdgeStore store, ILogger<TerminalGate> logger)
{
    public Task InvokeAsync(HttpContext http)
    {
        if (http.Features.Get<EnteredBy>()?.Door != Door.Terminals || http.GetEndpoint() is null) return next(http);
        var connection = http.Features.Get<TerminalConnection>() ?? throw new InvalidOperationException("A terminal's request came by no terminal's connection.");
        return Refusal(http, connection) is { } refused ? refused.ExecuteAsync(http)
            : HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method) ? PassAsync(http, new TerminalIdentity(connection.TerminalId, 0))
            : CheckSignatureAsync(http, connection);
    }

    private IResult? Refusal(HttpContext http, TerminalConnection connection)
    {
        switch (certificates.Find(connection.Thumbprint).Standing)
        {
            case CertificateStanding.Revoked:
                return Problems.Of(StatusCodes.Status403Forbidden, "terminal_revoked", "This terminal was shut out. Staff can invite it again.");
            case CertificateStanding.Ended:
                return Problems.Of(StatusCodes.Status403Forbidden, "certificate_ended", "Another certificate has taken this one's place.");
            case CertificateStanding.RenewOnly when http.GetEndpoint()?.Metadata.GetMetadata<RenewsCertificate>() is null:
                return Problems.Of(StatusCodes.Status403Forbidden, "certificate_expired", "The certificate has run out. It is good for a new one and for nothing else.");
        }

        return rates.Terminals.Take(connection.TerminalId) is { } wait ? Problems.TooMany(http, wait) : null;
    }

    private async Task CheckSignatureAsync(HttpContext http, TerminalConnection connection)
    {
        var (content, problem) = await RequestBody.ReadAsync(http).ConfigureAwait(false);
        if (content is null)
        {
            await problem!.ExecuteAsync(http).ConfigureAwait(false);
            return;
        }

        var rawTarget = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var (request, fault) = RequestSignature.Check(http.Request, rawTarget, content, connection.Thumbprint, connection.Key);
        if (request is null)
        {
            await Problems.Of(StatusCodes.Status401Unauthorized, "signature_invalid", fault!).ExecuteAsync(http).ConfigureAwait(false);
            return;
        }

        var (verdict, ticket) = sequences.Take(connection.TerminalId, request.Sequence, request.ContentHash);
        if (ticket is null)
        {
            await OutOfSequence(verdict, sequences.LastOf(connection.TerminalId)).ExecuteAsync(http).ConfigureAwait(false);
            return;
        }

        http.Features.Set(ticket);
        try
        {
            await PassAsync(http, new TerminalIdentity(connection.TerminalId, request.Sequence)).ConfigureAwait(false);
        }
        finally
        {
            if (!ticket.Recorded) await RecordAsync(ticket).ConfigureAwait(false);
        }
    }

    private Task PassAsync(HttpContext http, TerminalIdentity identity)
    {
        http.Features.Set(identity);
        return next(http);
    }

    /// <summary>For requests that changed nothing in the store: their number may follow their answer, for a lost one costs nothing but a gap.</summary>
    private async Task RecordAsync(SequenceTicket ticket)
    {
        try
        {
            await store.WriteAsync(ticket.Record).ConfigureAwait(false);
        }
        catch (SqliteException e)
        {
            LogNotRecorded(logger, e);
        }
    }

    private static IResult OutOfSequence(SequenceVerdict verdict, long last) => verdict switch
    {
        SequenceVerdict.Reused => Sequence("sequence_reused", "The number was used for another request.", last),
        SequenceVerdict.Old => Sequence("sequence_old", "The number is older than the last one.", last),
        SequenceVerdict.TooFar => Sequence("sequence_too_far", "The number is too far ahead of the last one.", last),
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "No refusal for this verdict."),
    };

    private static IResult Sequence(string code, string detail, long last) =>
        Problems.Of(StatusCodes.Status409Conflict, code, detail, ("lastSequence", last));

    [LoggerMessage(Level = LogLevel.Warning, Message = "A request's number could not be written down")]
    private static partial void LogNotRecorded(ILogger logger, Exception exception);
}

/// <summary>Marks the endpoint that a certificate which has run out is still good for.</summary>
internal sealed record RenewsCertificate;
