using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Marquee.Domain.Journals;

/// <summary>
/// The bytes of an entry that are hashed, kept, replicated and mirrored; the same everywhere and for ever. Format 1, in this order:
/// the format (1 byte); number, sequence (int64); time (int64, 100 ns since 0001-01-01 UTC); decision, terminal, event, order (text);
/// terminal's sequence (int64, 0 = none); amount in minor units (int64) and its currency (text, absent = no amount); reference, code,
/// actor (text). Integers are big-endian; a text is its length in bytes (int32, -1 = absent) and its UTF-8.
/// </summary>
public static class CanonicalEntry
{
    public const byte Format = 1;

    /// <summary>Nothing that an entry holds is long; what is longer is a bug or an attack.</summary>
    public const int MaxTextBytes = 512;

    /// <exception cref="ArgumentException">A text is longer than <see cref="MaxTextBytes"/>, or a count is below 1.</exception>
    public static byte[] Write(PlacedEntry placed)
    {
        if (placed.Number < 1 || placed.Sequence < 1) throw new ArgumentException("Entries count from 1.", nameof(placed));
        var entry = placed.Entry;
        var bytes = new ArrayBufferWriter<byte>(256);
        bytes.Write([Format]);
        Number(bytes, placed.Number);
        Number(bytes, placed.Sequence);
        Number(bytes, placed.At.UtcTicks);
        Text(bytes, entry.Decision.ToString());
        Text(bytes, entry.TerminalId);
        Text(bytes, entry.EventId);
        Text(bytes, entry.OrderId);
        Number(bytes, entry.TerminalSequence ?? 0);
        Number(bytes, entry.Amount?.MinorUnits ?? 0);
        Text(bytes, entry.Amount?.Currency.Code);
        Text(bytes, entry.Reference);
        Text(bytes, entry.Code);
        Text(bytes, entry.Actor);
        return bytes.WrittenSpan.ToArray();
    }

    /// <exception cref="FormatException">Not an entry of a known format, or not in its one canonical form.</exception>
    public static PlacedEntry Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new Reader(bytes);
        if (reader.Byte() != Format) throw new FormatException("An entry of an unknown format.");
        var (number, sequence, ticks) = (reader.Number(), reader.Number(), reader.Number());
        var decision = reader.Text();
        var terminalId = reader.Text() ?? throw new FormatException("An entry without a terminal.");
        var (eventId, orderId) = (reader.Text(), reader.Text());
        var (terminalSequence, minorUnits) = (reader.Number(), reader.Number());
        var currency = reader.Text();
        var (reference, code, actor) = (reader.Text(), reader.Text(), reader.Text());
        reader.End();
        if (number < 1 || sequence < 1 || terminalSequence < 0 || ticks < 0 || ticks > DateTimeOffset.MaxValue.UtcTicks) throw new FormatException("An entry out of range.");
        if (!Enum.TryParse(decision, out Decision known) || known.ToString() != decision) throw new FormatException("An unknown decision.");
        if (currency is null ? minorUnits != 0 : !Currency.TryParse(currency, out var parsed) || parsed.Code != currency) throw new FormatException("An amount without a currency.");
        return new PlacedEntry(number, sequence, new DateTimeOffset(ticks, TimeSpan.Zero), new JournalEntry
        {
            Decision = known,
            TerminalId = terminalId,
            EventId = eventId,
            OrderId = orderId,
            TerminalSequence = terminalSequence == 0 ? null : terminalSequence,
            Amount = currency is null ? null : new Money(minorUnits, Currency.Of(currency)),
            Reference = reference,
            Code = code,
            Actor = actor,
        });
    }

    private static void Number(ArrayBufferWriter<byte> bytes, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(bytes.GetSpan(8), value);
        bytes.Advance(8);
    }

    private static void Text(ArrayBufferWriter<byte> bytes, string? text)
    {
        var length = text is null ? -1 : Encoding.UTF8.GetByteCount(text);
        if (length > MaxTextBytes)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"A text of {length} bytes is no part of an entry."), nameof(text));
        BinaryPrimitives.WriteInt32BigEndian(bytes.GetSpan(4), length);
        bytes.Advance(4);
        if (length > 0) Encoding.UTF8.GetBytes(text, bytes);
    }

    private ref struct Reader(ReadOnlySpan<byte> bytes)
    {
        private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

        private ReadOnlySpan<byte> _left = bytes;

        public byte Byte() => Take(1)[0];

        public long Number() => BinaryPrimitives.ReadInt64BigEndian(Take(8));

        public string? Text()
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(Take(4));
            if (length is < -1 or > MaxTextBytes) throw new FormatException("A text of an impossible length.");
            try
            {
                return length < 0 ? null : Strict.GetString(Take(length));
            }
            catch (DecoderFallbackException e)
            {
                throw new FormatException("A text that is not UTF-8.", e);
            }
        }

        public readonly void End()
        {
            if (_left.Length > 0) throw new FormatException("More bytes than an entry has.");
        }

        private ReadOnlySpan<byte> Take(int count)
        {
            if (_left.Length < count) throw new FormatException("Fewer bytes than an entry has.");
            var taken = _left[..count];
            _left = _left[count..];
            return taken;
        }
    }
}
