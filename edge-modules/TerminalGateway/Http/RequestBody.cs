namespace Marquee.TerminalGateway.Http;

/// <summary>A request's body as bytes, for whoever must see all of it first; it can be read again behind.</summary>
internal static class RequestBody
{
    /// <summary>The body, or the problem that it cannot be read within the listener's limits.</summary>
    public static async Task<(byte[]? Content, IResult? Problem)> ReadAsync(HttpContext http)
    {
        try
        {
            // The server ends the reading at its limits of size and slowness.
            var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body, http.RequestAborted).ConfigureAwait(false);
            var content = body.ToArray();
            http.Request.Body = new MemoryStream(content, writable: false);
            return (content, null);
        }
        catch (BadHttpRequestException e)
        {
            return (null, Unreadable(e));
        }
    }

    public static IResult Unreadable(BadHttpRequestException e) => e.StatusCode == StatusCodes.Status413PayloadTooLarge
        ? Problems.Of(e.StatusCode, "request_too_large", "The request is too large.")
        : Problems.Of(e.StatusCode, "request_incomplete", "The request came too slowly or not to its end.");
}
