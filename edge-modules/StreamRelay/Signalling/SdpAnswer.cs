using System.Text;
using Microsoft.Extensions.Primitives;

namespace Marquee.StreamRelay.Signalling;

/// <summary>A description or a fragment on its way to the client, with the headers of signalling.</summary>
internal sealed record SdpAnswer(int Status, string MediaType, string Text) : IResult
{
    public string? Location { get; init; }

    public string? ETag { get; init; }

    public IReadOnlyList<string> Links { get; init; } = [];

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var body = Encoding.UTF8.GetBytes(Text);
        response.StatusCode = Status;
        response.ContentType = MediaType;
        // There are clients that read no chunked answer.
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";
        response.Headers.ETag = ETag;
        if (Location is not null)
        {
            response.Headers.Location = Location;
            response.Headers["Accept-Patch"] = SdpBody.Fragment;
            response.Headers.Link = new StringValues([.. Links]);
        }
        return response.Body.WriteAsync(body, httpContext.RequestAborted).AsTask();
    }
}
