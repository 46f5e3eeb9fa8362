namespace Marquee.StreamRelay.Hls;

/// <summary>Answers with pieces of memory one after the other, without joining them first.</summary>
internal sealed class HlsPiece(string contentType, IReadOnlyList<byte[]> pieces) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = contentType;
        response.ContentLength = pieces.Sum(p => (long)p.Length);
        if (HttpMethods.IsHead(httpContext.Request.Method)) return;
        foreach (var piece in pieces) await response.Body.WriteAsync(piece, httpContext.RequestAborted);
    }
}
