using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Marquee.Local.Durable.Execution;

/// <summary>Name-based UUIDs, version 5 (RFC 9562 section 5.5).</summary>
internal static class DeterministicGuid
{
    // A namespace of our own, so that no other system that hashes instance ids makes the same UUIDs.
    private static readonly Guid Namespace = new("5b8f0a3e-7c1d-5e42-9a60-2f4d8c7b1e95");

    public static Guid Create(string name)
    {
        Span<byte> hashed = new byte[16 + Encoding.UTF8.GetByteCount(name)];
        Namespace.TryWriteBytes(hashed, bigEndian: true, out _);
        Encoding.UTF8.GetBytes(name, hashed[16..]);

        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // Version 5 is defined with SHA-1; nothing secret depends on it.
        SHA1.HashData(hashed, hash);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(
            BinaryPrimitives.ReadInt32BigEndian(hash),
            BinaryPrimitives.ReadInt16BigEndian(hash[4..]),
            BinaryPrimitives.ReadInt16BigEndian(hash[6..]),
            hash[8], hash[9], hash[10], hash[11], hash[12], hash[13], hash[14], hash[15]);
    }
}
