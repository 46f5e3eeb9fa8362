using System.Text.Json.Nodes;
using Marquee.Domain;
using Marquee.TerminalGateway.Http;
using Microsoft.OpenApi;

namespace Marquee.TerminalGateway.OpenApi;

/// <summary><c>/openapi/v1.json</c>: made of the routes themselves, so that none is missing.</summary>
internal static class OpenApiDocument
{
    private const string Description =
        "Terminals: mutual TLS 1.3, paired by POST /v1/pairings at the pairing listener. Requests that change something carry Content-Digest (RFC 9530), "
        + "Terminal-Sequence and an HTTP message signature (RFC 9421, ecdsa-p256-sha256) over @method, @path, @query if there is one, content-digest and "
        + "terminal-sequence, with created and keyid (SHA-256 of the certificate, upper-case hex). Staff: /v1/staff at the staff's listener, with its key. "
        + "Errors are problem details (RFC 9457) whose code is one of x-problem-codes.";

    public static IServiceCollection AddOpenApiDocument(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        // Pages and health are not part of what has versions.
        options.ShouldInclude = route => route.RelativePath?.StartsWith("v1/", StringComparison.Ordinal) == true;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo { Title = "Marquee terminal gateway", Version = "1", Description = Description };
            // Where the gateway is, its terminals know better than it does.
            document.Servers = [];
            var codes = new JsonObject([.. ProblemCodes.All.Select(c => KeyValuePair.Create(c.Key, (JsonNode?)c.Value))]);
            document.Extensions = new Dictionary<string, IOpenApiExtension> { ["x-problem-codes"] = new JsonNodeExtension(codes) };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            operation.Tags = null;
            operation.Responses ??= [];
            operation.Responses["default"] = new OpenApiResponse
            {
                Description = "A problem.",
                Content = new Dictionary<string, OpenApiMediaType> { ["application/problem+json"] = new() },
            };
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            // Written by converters of their own, which a schema is not derived from.
            if (context.JsonTypeInfo.Type == typeof(Currency)) schema.Type = JsonSchemaType.String;
            if (context.JsonTypeInfo.Type == typeof(Money))
            {
                schema.Type = JsonSchemaType.Object;
                schema.Properties = new Dictionary<string, IOpenApiSchema>
                {
                    ["minorUnits"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64" },
                    ["currency"] = new OpenApiSchema { Type = JsonSchemaType.String },
                };
            }

            return Task.CompletedTask;
        });
    });

    public static void MapOpenApiDocument(this IEndpointRouteBuilder routes) =>
        routes.MapOpenApi("/openapi/{documentName}.json").Behind(Door.Staff | Door.Terminals);
}
