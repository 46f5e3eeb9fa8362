using System.Globalization;
using System.Text.Json;

namespace Marquee.Simulation.Processor;

/// <summary>A payment as the processor has it.</summary>
internal sealed class Intent
{
    public required string Id { get; init; }

    public required long Amount { get; init; }

    public required string Currency { get; init; }

    public required string PaymentMethod { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <summary>As Stripe names it.</summary>
    public required string Status { get; set; }

    public long Captured { get; set; }

    public long Refunded { get; set; }

    public string? DeclineCode { get; init; }

    public string Order => Metadata.GetValueOrDefault("order", "");

    public string Pop => Metadata.GetValueOrDefault("pop", "");

    public string ChargeId => "ch_" + Id[3..];

    public long Fee => Captured == 0 ? 0 : 25 + (Captured * 14 / 1000);

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("id", Id);
        json.WriteString("object", "payment_intent");
        json.WriteNumber("amount", Amount);
        json.WriteNumber("amount_received", Captured);
        json.WriteNumber("amount_capturable", Status == "requires_capture" ? Amount : 0);
        json.WriteString("currency", Currency);
        json.WriteString("status", Status);
        json.WriteNumber("created", Created.ToUnixTimeSeconds());
        json.WriteStartObject("metadata");
        foreach (var (key, value) in Metadata) json.WriteString(key, value);
        json.WriteEndObject();
        if (DeclineCode is not null)
        {
            json.WriteStartObject("last_payment_error");
            json.WriteString("type", "card_error");
            json.WriteString("code", "card_declined");
            json.WriteString("decline_code", DeclineCode);
            json.WriteEndObject();
        }

        if (Status is "succeeded" or "requires_capture") WriteCharge(json);
        json.WriteEndObject();
    }

    private void WriteCharge(Utf8JsonWriter json)
    {
        json.WriteStartObject("latest_charge");
        json.WriteString("id", ChargeId);
        json.WriteString("object", "charge");
        json.WriteNumber("amount", Amount);
        json.WriteNumber("amount_captured", Captured);
        json.WriteNumber("amount_refunded", Refunded);
        json.WriteBoolean("captured", Captured > 0);
        json.WriteString("currency", Currency);
        json.WriteString("status", "succeeded");
        json.WriteNumber("created", Created.ToUnixTimeSeconds());
        if (Captured > 0)
        {
            json.WriteStartObject("balance_transaction");
            json.WriteString("id", "txn_" + Id[3..]);
            json.WriteString("object", "balance_transaction");
            json.WriteNumber("amount", Captured);
            json.WriteNumber("fee", Fee);
            json.WriteNumber("net", Captured - Fee);
            json.WriteString("currency", Currency);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Id} {Order} {Status} {Captured}");
}
