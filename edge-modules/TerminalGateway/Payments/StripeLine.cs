using System.Net.Sockets;
using Marquee.Domain;
using Stripe;

namespace Marquee.TerminalGateway.Payments;

/// <summary>The line to Stripe: the one client, how amounts are written on it, and what the ways in which a request can fail mean.</summary>
internal sealed class StripeLine(HttpClient http, GatewaySettings settings, TimeProvider time)
{
    public StripeClient Client { get; } = new(
        settings.StripeApiKey,
        httpClient: new SystemNetHttpClient(http, maxNetworkRetries: 0, enableTelemetry: false),
        apiBase: settings.StripeApiBase?.GetLeftPart(UriPartial.Authority));

    /// <summary>Runs one request, or a few that belong together, within a time-out; a failure is an outcome like any other.</summary>
    public async Task<PaymentOutcome> AskAsync(TimeSpan timeout, Func<CancellationToken, Task<PaymentOutcome>> ask)
    {
        var (outcome, failure) = await FetchAsync(timeout, ask).ConfigureAwait(false);
        return outcome ?? failure!;
    }

    /// <summary>The answer of a request that moves no money, or how it failed.</summary>
    public async Task<(T? Answer, PaymentOutcome? Failure)> FetchAsync<T>(TimeSpan timeout, Func<CancellationToken, Task<T>> fetch)
        where T : class
    {
        using var limit = new CancellationTokenSource(timeout, time);
        try
        {
            return (await fetch(limit.Token).ConfigureAwait(false), null);
        }
        catch (StripeException e)
        {
            return (null, IntentReading.Outcome(e));
        }
        catch (OperationCanceledException)
        {
            return (null, new PaymentOutcome.Unknown("timeout"));
        }
        catch (HttpRequestException e)
        {
            return (null, new PaymentOutcome.Unknown(e.HttpRequestError == HttpRequestError.Unknown ? "connection_lost" : e.HttpRequestError.ToString()));
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // HttpClient lets a bare SocketException through when a connection is reset between its being made and its first use.
            return (null, new PaymentOutcome.Unknown("connection_lost"));
        }
        catch (Newtonsoft.Json.JsonException)
        {
            return (null, new PaymentOutcome.Unknown("unreadable_answer"));
        }
    }

    // Stripe's minor units are ISO's for the currencies of Domain's table but ISK, which it counts with two decimals that are always 00:
    // https://docs.stripe.com/currencies#special-cases. Till amounts in three decimals are sent as they are; Stripe wants them to end in 0.
    public static long Amount(Money amount) => amount.Currency.Code == "ISK" ? checked(amount.MinorUnits * 100) : amount.MinorUnits;

#pragma warning disable CA1308 // Stripe writes currencies in lower case.
    public static string Code(Currency currency) => currency.Code.ToLowerInvariant();
#pragma warning restore CA1308
}
