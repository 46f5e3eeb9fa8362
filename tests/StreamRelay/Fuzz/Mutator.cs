using System.Buffers.Binary;

namespace Marquee.StreamRelay.Tests.Fuzz;

/// <summary>
/// Makes inputs of valid messages: what a broken sender, a cut wire or an attacker who knows the format would send. One to six changes each.
/// </summary>
internal sealed class Mutator(IReadOnlyList<byte[]> corpus, int maxBytes)
{
    private const int MaxChanges = 6;

    private readonly byte[] _buffer = new byte[maxBytes];
    private readonly byte[] _scratch = new byte[maxBytes];

    /// <summary>An input, valid until the next. The same dice make the same input.</summary>
    public Span<byte> Next(scoped ref Dice dice)
    {
        var seed = corpus[dice.Throw(corpus.Count)];
        seed.CopyTo(_buffer.AsSpan());
        var length = seed.Length;
        for (var changes = 1 + dice.Throw(MaxChanges); changes > 0; changes--) length = Change(ref dice, length);
        return _buffer.AsSpan(0, length);
    }

    private int Change(ref Dice dice, int length) => dice.Throw(10) switch
    {
        0 => Truncate(ref dice, length),
        1 => Extend(ref dice, length),
        2 => Splice(ref dice, length),
        3 => Cut(ref dice, length),
        4 => Repeat(ref dice, length),
        5 => Number(ref dice, length, 1),
        6 => Number(ref dice, length, 2),
        7 => Number(ref dice, length, 4),
        8 => Flip(ref dice, length),
        _ => Byte(ref dice, length),
    };

    private static int Truncate(ref Dice dice, int length) => dice.Throw(length + 1);

    private int Extend(ref Dice dice, int length)
    {
        var more = dice.Throw(Math.Min(64, _buffer.Length - length) + 1);
        for (var i = 0; i < more; i++) _buffer[length + i] = (byte)dice.Next();
        return length + more;
    }

    /// <summary>The head of this one and the tail of another.</summary>
    private int Splice(ref Dice dice, int length)
    {
        var other = corpus[dice.Throw(corpus.Count)];
        var head = dice.Throw(length + 1);
        var tail = other.AsSpan(dice.Throw(other.Length + 1));
        tail = tail[..Math.Min(tail.Length, _buffer.Length - head)];
        tail.CopyTo(_buffer.AsSpan(head));
        return head + tail.Length;
    }

    private int Cut(ref Dice dice, int length)
    {
        var from = dice.Throw(length + 1);
        var count = dice.Throw(Math.Min(64, length - from) + 1);
        _buffer.AsSpan(from + count, length - from - count).CopyTo(_buffer.AsSpan(from));
        return length - count;
    }

    private int Repeat(ref Dice dice, int length)
    {
        var from = dice.Throw(length + 1);
        var count = dice.Throw(Math.Min(64, length - from) + 1);
        count = Math.Min(count, _buffer.Length - length);
        _buffer.AsSpan(from, length - from).CopyTo(_scratch);
        _scratch.AsSpan(0, length - from).CopyTo(_buffer.AsSpan(from + count));
        return length + count;
    }

    /// <summary>A field of a length, a count or a number is where limits are: zero, all ones, the sign, what is left of the input.</summary>
    private int Number(ref Dice dice, int length, int bytes)
    {
        if (length < bytes) return length;
        var at = dice.Throw(length - bytes + 1);
        var field = _buffer.AsSpan(at, bytes);
        var left = (uint)(length - at - bytes);
        var value = dice.Throw(9) switch
        {
            0 => 0u,
            1 => 1u,
            2 => uint.MaxValue,
            3 => 0x7FFF_FFFFu,
            4 => 0x8000_8080u,
            5 => left,
            6 => left + 1,
            7 => left - 1,
            _ => left / 4,
        };
        if (bytes == 1) field[0] = (byte)value;
        else if (bytes == 2) BinaryPrimitives.WriteUInt16BigEndian(field, (ushort)value);
        else BinaryPrimitives.WriteUInt32BigEndian(field, value);
        return length;
    }

    private int Flip(ref Dice dice, int length)
    {
        if (length > 0) _buffer[dice.Throw(length)] ^= (byte)(1 << dice.Throw(8));
        return length;
    }

    private int Byte(ref Dice dice, int length)
    {
        if (length > 0) _buffer[dice.Throw(length)] = (byte)dice.Next();
        return length;
    }
}
