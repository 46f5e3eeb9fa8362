using System.Text.Json;
using Marquee.Local.Functions.Converters;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Marquee.Local.Functions.Http;

/// <summary>Reads a parameter from the request's body with the app's JSON options (the web defaults unless changed).</summary>
internal sealed class FromBodyConverter(IOptions<JsonOptions> options) : IInputConverter
{
    public async ValueTask<ConversionResult> ConvertAsync(ConverterContext context)
    {
        if (context.FunctionContext.GetHttpContext() is not { } http)
            return ConversionResult.Unhandled();

        var cancellation = context.FunctionContext.CancellationToken;
        if (context.TargetType == typeof(string))
        {
            using var reader = new StreamReader(http.Request.Body);
            return ConversionResult.Success(await reader.ReadToEndAsync(cancellation));
        }

        try
        {
            var value = await JsonSerializer.DeserializeAsync(
                http.Request.Body, context.TargetType, options.Value.SerializerOptions, cancellation);
            return value is null
                ? ConversionResult.Failed(new HttpInputException("invalid_json", "The body is JSON null."))
                : ConversionResult.Success(value);
        }
        catch (JsonException e)
        {
            // The path says where; the message would quote the body, which may hold what no log should.
            var where = string.IsNullOrEmpty(e.Path) ? "" : $" at {e.Path}";
            return ConversionResult.Failed(new HttpInputException(
                "invalid_json",
                $"The body is not the JSON this function takes{where} (line {e.LineNumber}, byte {e.BytePositionInLine}).",
                e));
        }
    }
}
