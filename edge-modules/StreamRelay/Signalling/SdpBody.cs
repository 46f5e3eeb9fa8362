using System.Text;
using Marquee.StreamRelay.Http;
using Marquee.StreamRelay.Sdp;
using Microsoft.Net.Http.Headers;

namespace Marquee.StreamRelay.Signalling;

/// <summary>Reads the text bodies of signalling: of one media type, bounded.</summary>
internal static class SdpBody
{
    public const string Offer = "application/sdp";
    public const string Fragment = "application/trickle-ice-sdpfrag";
    public const int MaxBytes = SessionDescription.MaxLength;

    public static async Task<(string? Text, Refusal? Refusal)> ReadAsync(HttpRequest request, string mediaType)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase))
            return (null, new Refusal(StatusCodes.Status415UnsupportedMediaType, "media_type_unsupported", $"The body must be {mediaType}."));
        if (request.ContentLength > MaxBytes) return (null, TooLarge);
        var buffer = new byte[MaxBytes + 1];
        var length = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, request.HttpContext.RequestAborted);
        return length > MaxBytes ? (null, TooLarge) : (Encoding.UTF8.GetString(buffer, 0, length), null);
    }

    private static Refusal TooLarge { get; } =
        new(StatusCodes.Status413PayloadTooLarge, "body_too_large", $"The body is larger than {MaxBytes} bytes.");
}
