using System.Text.Json.Nodes;

namespace Marquee.Local.Stripe.Wire;

/// <summary>A refusal in Stripe's shape: HTTP status, <c>type</c>, <c>code</c>, <c>message</c>, <c>param</c>. It undoes what the request
/// did so far.</summary>
internal sealed class ApiError(int status, string type, string? code, string message, string? param = null) : Exception(message)
{
    public int Status { get; } = status;
    public string Type { get; } = type;
    public string? Code { get; } = code;
    public string? Param { get; } = param;
    public string? DeclineCode { get; init; }

    /// <summary>Objects that travel inside the error (<c>payment_intent</c>, <c>setup_intent</c>, <c>payment_method</c>).</summary>
    public JsonObject? Attached { get; init; }

    /// <summary>Whether Stripe would keep this answer under the idempotency key: only once the endpoint has begun to work.</summary>
    public bool BeforeExecution { get; init; }

    public static ApiError Invalid(string message, string? param = null, string? code = null) =>
        new(400, "invalid_request_error", code, message, param);

    public static ApiError Missing(string kind, string id, string? param) =>
        new(404, "invalid_request_error", "resource_missing", $"No such {kind}: '{id}'", param);

    public static ApiError Check(string message, string? param, string? code) =>
        new(400, "invalid_request_error", code, message, param) { BeforeExecution = true };

    public static ApiError Unauthorized(string message) =>
        new(401, "invalid_request_error", null, message) { BeforeExecution = true };

    public static ApiError Forbidden(string message, string? code = null) =>
        new(403, "invalid_request_error", code, message) { BeforeExecution = true };

    public JsonObject ToJson()
    {
        var error = new JsonObject { ["type"] = Type, ["message"] = Message };
        if (Code is not null)
        {
            error["code"] = Code;
            error["doc_url"] = $"https://stripe.com/docs/error-codes/{Code.Replace('_', '-')}";
        }
        if (DeclineCode is not null)
            error["decline_code"] = DeclineCode;
        if (Param is not null)
            error["param"] = Param;
        foreach (var (key, value) in Attached ?? [])
            error[key] = value?.DeepClone();
        return new JsonObject { ["error"] = error };
    }
}
