using System.Text.Json;
using Marquee.Domain.Contracts;

namespace Marquee.TerminalGateway.Http;

/// <summary>Reads a request's JSON, after a look for card numbers: what looks like one is refused before anything is made of it.</summary>
internal static class JsonBody
{
    /// <summary>The body, or the problem to answer; <paramref name="code"/> is the problem's code when the body has not the shape.</summary>
    public static async Task<(T? Value, IResult? Problem)> ReadAsync<T>(HttpContext http, string code)
        where T : class
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted).ConfigureAwait(false);
            if (PanScan.Suspects(document.RootElement))
            {
                return (null, Problems.Of(
                    StatusCodes.Status400BadRequest, "pan_refused", "Something in the request looks like a card number. Send a payment method's token."));
            }

            return document.Deserialize<T>(ContractJson.Options) is { } value
                ? (value, null)
                : (null, Problems.Of(StatusCodes.Status400BadRequest, code, "The request is empty."));
        }
        catch (JsonException)
        {
            return (null, Problems.Of(StatusCodes.Status400BadRequest, code, "The request is not JSON of the expected shape."));
        }
        catch (BadHttpRequestException e)
        {
            return (null, Problems.Of(e.StatusCode, code, "The request is too large or incomplete."));
        }
    }
}
