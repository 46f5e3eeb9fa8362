using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Marquee.StreamRelay.Srtp;

/// <summary>
/// AES in counter mode as RFC 3711 4.1.1 uses it: the key stream is the ECB of counters, made in one call on a transform that is
/// kept.
/// </summary>
internal sealed class CounterMode : IDisposable
{
    private const int BlockBytes = 16;

    /// <summary>Covers the largest datagram.</summary>
    private const int MaxBytes = 1536;

    private readonly Aes _aes;
    private readonly ICryptoTransform _encryptor;
    private readonly byte[] _salt;
    private readonly byte[] _stream = new byte[MaxBytes];

    /// <param name="salt">14 bytes.</param>
    public CounterMode(ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt)
    {
        _aes = Aes.Create();
        // The cipher is a keystream generator here: each input block is a counter that never repeats, so ECB reveals nothing.
        _aes.Mode = CipherMode.ECB;
        _aes.Padding = PaddingMode.None;
        _aes.SetKey(key);
        _encryptor = _aes.CreateEncryptor();
        _salt = salt.ToArray();
    }

    /// <param name="index">48 bits: the packet's index, or the RTCP index.</param>
    public void Apply(Span<byte> data, uint ssrc, ulong index)
    {
        if (data.IsEmpty) return;
        Span<byte> block = stackalloc byte[BlockBytes];
        _salt.CopyTo(block);
        var high = BinaryPrimitives.ReadUInt64BigEndian(block) ^ ssrc;
        BinaryPrimitives.WriteUInt16BigEndian(block[14..], 0);
        var low = BinaryPrimitives.ReadUInt64BigEndian(block[8..]) ^ (index << 16);
        if (BitConverter.IsLittleEndian) high = BinaryPrimitives.ReverseEndianness(high);
        var blocks = (data.Length + BlockBytes - 1) / BlockBytes;
        var words = MemoryMarshal.Cast<byte, ulong>(_stream.AsSpan());
        for (var i = 0; i < blocks; i++)
        {
            words[i * 2] = high;
            words[(i * 2) + 1] = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(low | (uint)i) : low | (uint)i;
        }
        _encryptor.TransformBlock(_stream, 0, blocks * BlockBytes, _stream, 0);
        Combine(data, _stream);
    }

    public void Dispose()
    {
        _encryptor.Dispose();
        _aes.Dispose();
    }

    private static void Combine(Span<byte> data, ReadOnlySpan<byte> stream)
    {
        var i = 0;
        for (; i + Vector<byte>.Count <= data.Length; i += Vector<byte>.Count)
            (new Vector<byte>(data[i..]) ^ new Vector<byte>(stream[i..])).CopyTo(data[i..]);
        for (; i < data.Length; i++) data[i] ^= stream[i];
    }
}
