using System.Security.Cryptography;
using System.Text.Json;

namespace Marquee.TerminalGateway.Identity;

/// <summary>The one thing that is read of a person whom the online provider verified. Null: it was not stated.</summary>
internal sealed record BirthDate(DateOnly? Born)
{
    /// <summary>Bytes of an answer; a session with all that can be asked of it has some 4 KiB.</summary>
    private const int MaxBytes = 64 * 1024;

    /// <summary>Reads a verification session with <c>verified_outputs.dob</c> in it, and wipes what it read.</summary>
    /// <exception cref="IOException">The answer is broken, or longer than any.</exception>
    public static async Task<BirthDate> ReadAsync(Stream answer, CancellationToken cancellationToken)
    {
        var bytes = new byte[MaxBytes];
        try
        {
            var length = await answer.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return length < bytes.Length ? new BirthDate(Find(bytes.AsSpan(0, length))) : throw new IOException("The answer is too long.");
        }
        catch (JsonException e)
        {
            throw new IOException("The answer is not JSON.", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    // Only sessions have outputs, and only the outputs a date of birth, so its name is enough to find it by.
    private static DateOnly? Find(ReadOnlySpan<byte> session)
    {
        var reader = new Utf8JsonReader(session);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("dob"u8)) return reader.Read() ? Date(ref reader) : null;
        }

        return null;
    }

    private static DateOnly? Date(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject) return null;
        var (year, month, day) = (0, 0, 0);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ref var part = ref day;
            if (reader.ValueTextEquals("year"u8)) part = ref year;
            else if (reader.ValueTextEquals("month"u8)) part = ref month;
            else if (!reader.ValueTextEquals("day"u8)) throw new JsonException();
            if (!reader.Read() || reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out part)) return null;
        }

        return year is > 1800 and < 9000 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month) ? new DateOnly(year, month, day) : null;
    }
}
