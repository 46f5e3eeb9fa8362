using Marquee.App.Orchestrations;
using Marquee.App.Payments;
using Marquee.App.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Stripe;

namespace Marquee.App.Api;

/// <summary>
/// What the processor has to say. Webhooks come late, twice and in any order, so none is believed for more than that something changed: what
/// changed is then read from the processor itself, which makes a repeat harmless.
/// </summary>
public sealed partial class StripeWebhookApi(HostDirectory directory, ConnectedAccounts accounts, IOptions<StripeSettings> settings, ILogger<StripeWebhookApi> logger)
{
    private const int MaxBytes = 256 * 1024;

    [Function("StripeWebhook")]
    public async Task<IResult> StripeWebhook(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/stripe/webhook")] HttpRequest request,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellationToken)
    {
        if (request.ContentLength is null or > MaxBytes)
        {
            return Problems.Of(StatusCodes.Status413PayloadTooLarge, "body_too_large", $"A webhook has a length of at most {MaxBytes} bytes.");
        }

        using var reader = new StreamReader(request.Body);
        Event notice;
        try
        {
            notice = EventUtility.ConstructEvent(
                await reader.ReadToEndAsync(cancellationToken), request.Headers["Stripe-Signature"], settings.Value.WebhookSecret, throwOnApiVersionMismatch: false);
        }
        catch (StripeException)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "invalid_signature", "The signature does not fit the body.");
        }

        switch (notice.Data.Object)
        {
            case Payout payout when Named(payout.Metadata) is var (eventId, partyId):
                await durable.RaiseEventAsync(Signals.PayoutOf(eventId, partyId), Signals.PayoutChanged, cancellation: cancellationToken);
                break;
            case Account account when account.Metadata.TryGetValue("creator", out var creatorId)
                && await directory.FindCreatorAsync(creatorId, cancellationToken) is { } creator && creator.StripeAccountId == account.Id:
                await directory.PutCreatorAsync(await accounts.EnsureAsync(creator, cancellationToken), cancellationToken);
                break;
            default:
                LogIgnored(notice.Type, notice.Id);
                break;
        }

        return Results.NoContent();
    }

    private static (string EventId, string PartyId)? Named(Dictionary<string, string> metadata) =>
        metadata.TryGetValue("event", out var eventId) && metadata.TryGetValue("party", out var partyId) ? (eventId, partyId) : null;

    [LoggerMessage(Level = LogLevel.Debug, Message = "Webhook {Type} {WebhookId} is about nothing of ours")]
    private partial void LogIgnored(string type, string webhookId);
}
