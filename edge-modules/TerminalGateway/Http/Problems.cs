using Marquee.TerminalGateway.Sales;

namespace Marquee.TerminalGateway.Http;

/// <summary>Refusals as RFC 9457 problem details, each with its stable <c>code</c>.</summary>
internal static class Problems
{
    public static IResult Of(int status, string code, string detail, string? declineCode = null) =>
        declineCode is null ? Of(status, code, detail, []) : Of(status, code, detail, ("declineCode", declineCode));

    /// <summary>A problem with members of its own beside <c>code</c>.</summary>
    public static IResult Of(int status, string code, string detail, params ReadOnlySpan<(string Name, object? Value)> members)
    {
        var extensions = new Dictionary<string, object?> { ["code"] = code };
        foreach (var (name, value) in members) extensions[name] = value;
        return Results.Problem(statusCode: status, detail: detail, extensions: extensions);
    }

    /// <summary>429: asked more often than this caller may; <paramref name="wait"/> until it may again.</summary>
    public static IResult TooMany(HttpContext http, TimeSpan wait)
    {
        http.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Of(StatusCodes.Status429TooManyRequests, "rate_limited", "Too many requests.");
    }

    /// <summary>404: nothing is here; versions are told apart from mere typing errors.</summary>
    public static IResult NoSuchPath(HttpContext http) =>
        http.Request.Path.Value is ['/', 'v', var digit, ..] path && char.IsAsciiDigit(digit) && !path.StartsWith("/v1/", StringComparison.Ordinal)
            ? Of(StatusCodes.Status404NotFound, "unknown_version", "This gateway speaks version 1: paths begin with /v1/.")
            : Of(StatusCodes.Status404NotFound, "unknown_path", "There is nothing at this path.");

    /// <summary>The problem behind a status that the framework gave without a word.</summary>
    public static IResult OfFramework(HttpContext http) => http.Response.StatusCode == StatusCodes.Status404NotFound
        ? NoSuchPath(http)
        : Of(http.Response.StatusCode, CodeOf(http.Response.StatusCode), Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(http.Response.StatusCode) + ".");

    /// <summary>The stable code of an answer that the framework gives by itself.</summary>
    public static string CodeOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest => "bad_request",
        StatusCodes.Status404NotFound => "unknown_path",
        StatusCodes.Status405MethodNotAllowed => "method_not_allowed",
        StatusCodes.Status408RequestTimeout => "request_incomplete",
        StatusCodes.Status413PayloadTooLarge => "request_too_large",
        StatusCodes.Status415UnsupportedMediaType => "unsupported_media_type",
        _ => "internal_error",
    };

    public static IResult Of(SaleAnswer.Refused refused)
    {
        var (status, code) = refused.Reason switch
        {
            SaleRefusal.InvalidSale => (400, "invalid_sale"),
            SaleRefusal.UnknownEvent => (404, "unknown_event"),
            SaleRefusal.UnknownSku => (404, "unknown_sku"),
            SaleRefusal.EventNotLive => (409, "event_not_live"),
            SaleRefusal.OutOfStock => (409, "out_of_stock"),
            SaleRefusal.UnknownHold => (404, "unknown_hold"),
            SaleRefusal.HoldMismatch => (409, "hold_mismatch"),
            SaleRefusal.PickQueueFull => (503, "pick_queue_full"),
            SaleRefusal.HoldClosed => (409, "hold_closed"),
            SaleRefusal.OrderMismatch => (409, "order_mismatch"),
            SaleRefusal.IdentityRequired => (403, "identity_required"),
            SaleRefusal.OnlineOrIdentityRequired => (403, "online_or_identity_required"),
            SaleRefusal.FloorLimitExceeded => (403, "floor_limit_exceeded"),
            SaleRefusal.CardBlocked => (403, "card_blocked"),
            SaleRefusal.TendersMismatch => (400, "tenders_mismatch"),
            SaleRefusal.ProcessorRequired => (503, "processor_required"),
            SaleRefusal.JournalFull => (503, "journal_full"),
            SaleRefusal.Busy => (503, "busy"),
            _ => throw new ArgumentOutOfRangeException(nameof(refused), refused.Reason, "No status for this refusal."),
        };
        return Of(status, code, refused.Detail);
    }
}
