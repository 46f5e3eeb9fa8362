using System.Text.Json;
using Marquee.Domain.Contracts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Marquee.App.Api;

/// <summary>
/// Reads a JSON request body the same way under either head: bounded, with the wire's options, and with an answer that says what is wrong.
/// </summary>
internal static class Body
{
    public const int MaxBytes = 256 * 1024;

    /// <summary>Reads and checks the body, then hands it on; a body that cannot be read, or that <paramref name="check"/> finds wrong, is answered with 400 and changes nothing.</summary>
    public static async Task<IResult> ReadAsync<T>(HttpRequest request, Action<T, Validation> check, Func<T, Task<IResult>> then)
        where T : class
    {
        T? body;
        try
        {
            using var buffered = new FileBufferingReadStream(request.Body, MaxBytes, MaxBytes, Path.GetTempPath());
            body = await JsonSerializer.DeserializeAsync<T>(buffered, ContractJson.Options, request.HttpContext.RequestAborted);
        }
        catch (JsonException failure)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "invalid_json", "The body is not the JSON expected here.", failure.Path is { } path ? $"At {path}." : null);
        }
        catch (IOException)
        {
            return Problems.Of(StatusCodes.Status413PayloadTooLarge, "body_too_large", $"The body is larger than {MaxBytes} bytes.");
        }

        if (body is null)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "invalid_json", "The body is empty.");
        }

        var validation = new Validation();
        check(body, validation);
        return validation.Failed ? Problems.Invalid(validation.Errors) : await then(body);
    }

    public static IResult Json<T>(T value, int status = StatusCodes.Status200OK) => Results.Json(value, ContractJson.Options, statusCode: status);
}
