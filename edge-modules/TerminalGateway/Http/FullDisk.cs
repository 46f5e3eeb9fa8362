using Microsoft.Data.Sqlite;

namespace Marquee.TerminalGateway.Http;

/// <summary>A full disk is an answer, not a fault: nothing of the request was kept, and it may be sent again.</summary>
internal sealed class FullDisk : IEndpointFilter
{
    private const int SqliteFull = 13;
    private const string RetryAfterSeconds = "10";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context).ConfigureAwait(false);
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SqliteFull)
        {
            context.HttpContext.Response.Headers.RetryAfter = RetryAfterSeconds;
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, "journal_full", "The disk is full.");
        }
    }
}
