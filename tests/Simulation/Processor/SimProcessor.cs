using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Marquee.Simulation.Time;

namespace Marquee.Simulation.Processor;

/// <summary>A request as it arrives: method, path, form or query values, and the idempotency key.</summary>
internal sealed record ProcessorCall(string Method, string Path, IReadOnlyDictionary<string, string> Values, string? Key);

internal sealed record ProcessorAnswer(int Status, byte[] Json);

/// <summary>
/// Stripe as far as a till sees it: payments with idempotency keys that keep their first answer, failures included, and may be forgotten
/// after a day. https://docs.stripe.com/api/idempotent_requests
/// </summary>
internal sealed class SimProcessor(Agenda agenda, Chance chance)
{
    private static readonly TimeSpan KeyLifetime = TimeSpan.FromHours(24);

    private readonly List<Intent> _intents = [];
    private readonly Dictionary<string, KeyEntry> _keys = new(StringComparer.Ordinal);
    private readonly HashSet<string> _underWay = new(StringComparer.Ordinal);
    private int _ids;

    public ProcessorMood Mood { get; set; } = ProcessorMood.Well;

    public IReadOnlyList<Intent> Intents => _intents;

    /// <summary>Called when money was captured or given back.</summary>
    public Action<Intent>? Moved { get; set; }

    /// <summary>Cards that are declined from some moment on, as an emptied account is.</summary>
    public Func<string, string, string?> Declines { get; set; } = (_, _) => null;

    public async Task<ProcessorAnswer> ServeAsync(ProcessorCall call)
    {
        await agenda.WaitAsync(chance.Happens(Mood.Slow) ? chance.Between(TimeSpan.FromSeconds(1), Mood.SlowMost) : chance.Millis(30, 400)).ConfigureAwait(false);
        if (chance.Happens(Mood.RateLimited)) return Error(429, "rate_limit_error", "rate_limit", null);
        return call.Key is { } key && call.Method == "POST" ? await OnceAsync(call, key).ConfigureAwait(false) : Run(call);
    }

    private async Task<ProcessorAnswer> OnceAsync(ProcessorCall call, string key)
    {
        var fingerprint = call.Path + "?" + string.Join('&', call.Values.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => v.Key + "=" + v.Value));
        if (_keys.TryGetValue(key, out var kept) && kept.At + KeyLifetime < agenda.Now) _keys.Remove(key);
        else if (kept is not null) return kept.Fingerprint == fingerprint ? kept.Answer : Error(400, "idempotency_error", null, null);
        if (!_underWay.Add(key)) return Error(409, "invalid_request_error", "idempotency_key_in_use", null);
        try
        {
            // Whoever asks again meanwhile finds the key in use.
            await agenda.WaitAsync(chance.Millis(1, 60)).ConfigureAwait(false);
            if (chance.Happens(Mood.FailsBefore)) return Keep(Error(500, "api_error", null, null));
            var answer = Run(call);
            if (chance.Happens(Mood.FailsAfter)) return Keep(Error(500, "api_error", null, null));
            Keep(answer);
            return chance.Happens(Mood.BadGateway) ? Error(502, "api_error", null, null) : answer;
        }
        finally
        {
            _underWay.Remove(key);
        }

        ProcessorAnswer Keep(ProcessorAnswer answer)
        {
            _keys[key] = new KeyEntry(fingerprint, answer, agenda.Now);
            return answer;
        }
    }

    private ProcessorAnswer Run(ProcessorCall call) => (call.Method, call.Path.Split('/', StringSplitOptions.RemoveEmptyEntries)) switch
    {
        ("POST", ["v1", "payment_intents"]) => Charge(call),
        ("GET", ["v1", "payment_intents"]) => List(call),
        ("GET", ["v1", "payment_intents", var id]) => Found(id) is { } intent ? Answer(200, intent.Write) : Missing("intent"),
        ("POST", ["v1", "payment_intents", var id, "capture"]) => Found(id) is { } intent ? Capture(intent, call) : Missing("intent"),
        ("POST", ["v1", "payment_intents", var id, "cancel"]) => Found(id) is { } intent ? Cancel(intent) : Missing("intent"),
        ("POST", ["v1", "refunds"]) => Refund(call),
        _ => throw new NotSupportedException($"The simulated processor has no {call.Method} {call.Path}."),
    };

    private ProcessorAnswer Charge(ProcessorCall call)
    {
        var values = call.Values;
        var metadata = values.Where(v => v.Key.StartsWith("metadata[", StringComparison.Ordinal)).ToDictionary(v => v.Key[9..^1], v => v.Value);
        var method = values["payment_method"];
        var decline = Declines(method, metadata.GetValueOrDefault("order", ""));
        var manual = values.GetValueOrDefault("capture_method") == "manual";
        var intent = new Intent
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"pi_{++_ids:D6}"),
            Amount = long.Parse(values["amount"], CultureInfo.InvariantCulture),
            Currency = values["currency"],
            PaymentMethod = method,
            Created = agenda.Now,
            Metadata = metadata,
            DeclineCode = decline,
            Status = decline is not null ? "requires_payment_method" : manual ? "requires_capture" : "succeeded",
        };
        _intents.Add(intent);
        if (decline is not null) return Error(402, "card_error", "card_declined", decline);
        if (!manual)
        {
            intent.Captured = intent.Amount;
            Moved?.Invoke(intent);
        }

        return Answer(200, intent.Write);
    }

    private ProcessorAnswer Capture(Intent intent, ProcessorCall call)
    {
        if (intent.Status != "requires_capture") return Error(400, "invalid_request_error", "payment_intent_unexpected_state", null);
        intent.Captured = call.Values.TryGetValue("amount_to_capture", out var text) ? long.Parse(text, CultureInfo.InvariantCulture) : intent.Amount;
        intent.Status = "succeeded";
        Moved?.Invoke(intent);
        return Answer(200, intent.Write);
    }

    private static ProcessorAnswer Cancel(Intent intent)
    {
        if (intent.Status is "succeeded" or "canceled") return Error(400, "invalid_request_error", "payment_intent_unexpected_state", null);
        intent.Status = "canceled";
        return Answer(200, intent.Write);
    }

    private ProcessorAnswer Refund(ProcessorCall call)
    {
        var id = call.Values.GetValueOrDefault("payment_intent");
        var charge = call.Values.GetValueOrDefault("charge");
        var intent = _intents.Find(i => i.Id == id || i.ChargeId == charge);
        if (intent is null) return Missing("payment_intent");
        var amount = call.Values.TryGetValue("amount", out var text) ? long.Parse(text, CultureInfo.InvariantCulture) : intent.Captured - intent.Refunded;
        if (intent.Refunded + amount > intent.Captured || amount <= 0) return Error(400, "invalid_request_error", "charge_already_refunded", null);
        intent.Refunded += amount;
        Moved?.Invoke(intent);
        var refund = string.Create(CultureInfo.InvariantCulture, $"re_{++_ids:D6}");
        return Answer(200, json =>
        {
            json.WriteStartObject();
            json.WriteString("id", refund);
            json.WriteString("object", "refund");
            json.WriteNumber("amount", amount);
            json.WriteString("currency", intent.Currency);
            json.WriteString("payment_intent", intent.Id);
            json.WriteString("charge", intent.ChargeId);
            json.WriteString("status", "succeeded");
            json.WriteNumber("created", agenda.Now.ToUnixTimeSeconds());
            json.WriteStartObject("metadata");
            foreach (var (key, value) in call.Values.Where(v => v.Key.StartsWith("metadata[", StringComparison.Ordinal))) json.WriteString(key[9..^1], value);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    private ProcessorAnswer List(ProcessorCall call)
    {
        var limit = call.Values.TryGetValue("limit", out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : 10;
        var newest = Enumerable.Reverse(_intents);
        if (call.Values.TryGetValue("starting_after", out var after)) newest = newest.SkipWhile(i => i.Id != after).Skip(1);
        var page = newest.Take(limit + 1).ToList();
        return Answer(200, json =>
        {
            json.WriteStartObject();
            json.WriteString("object", "list");
            json.WriteString("url", "/v1/payment_intents");
            json.WriteBoolean("has_more", page.Count > limit);
            json.WriteStartArray("data");
            foreach (var intent in page.Take(limit)) intent.Write(json);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private Intent? Found(string id) => _intents.Find(i => i.Id == id);

    private static ProcessorAnswer Missing(string what) => Error(404, "invalid_request_error", "resource_missing", null, what);

    private static ProcessorAnswer Error(int status, string type, string? code, string? decline, string? parameter = null) => Answer(status, json =>
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("type", type);
        if (code is not null) json.WriteString("code", code);
        if (decline is not null) json.WriteString("decline_code", decline);
        if (parameter is not null) json.WriteString("param", parameter);
        json.WriteString("message", type);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    private static ProcessorAnswer Answer(int status, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer)) write(json);
        return new ProcessorAnswer(status, buffer.WrittenSpan.ToArray());
    }

    private sealed record KeyEntry(string Fingerprint, ProcessorAnswer Answer, DateTimeOffset At);
}
