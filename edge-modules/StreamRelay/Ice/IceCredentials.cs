using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Marquee.StreamRelay.Ice;

/// <summary>Our user fragment and password for one peer: 48 and 143 bits of randomness (RFC 8445 5.3 asks 24 and 128).</summary>
internal sealed record IceCredentials(string Ufrag, string Password)
{
    /// <summary>Of ours, exactly: eight bytes make a key of the demultiplexer.</summary>
    public const int UfragLength = 8;

    private const int PasswordLength = 24;
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    public ulong Key => KeyOf(Encoding.ASCII.GetBytes(Ufrag));

    public static IceCredentials Create() => new(RandomNumberGenerator.GetString(Alphabet, UfragLength), RandomNumberGenerator.GetString(Alphabet, PasswordLength));

    /// <summary>The user fragment of ours that a USERNAME of "ours:theirs" starts with.</summary>
    public static bool TryReadKey(ReadOnlySpan<byte> username, out ulong key)
    {
        key = 0;
        if (username.Length <= UfragLength || username[UfragLength] != (byte)':') return false;
        key = KeyOf(username);
        return true;
    }

    /// <summary>The rest of the USERNAME: the fragment of theirs.</summary>
    public static ReadOnlySpan<byte> RemotePart(ReadOnlySpan<byte> username) => username[(UfragLength + 1)..];

    private static ulong KeyOf(ReadOnlySpan<byte> ufrag) => BinaryPrimitives.ReadUInt64BigEndian(ufrag);
}
