using Marquee.StreamRelay.Srtp;

namespace Marquee.StreamRelay.Dtls;

/// <summary>What a handshake yields: SRTP master keys by direction, as seen from us.</summary>
internal sealed record DtlsKeys(SrtpProfile Profile, byte[] LocalKey, byte[] LocalSalt, byte[] RemoteKey, byte[] RemoteSalt)
{
    /// <summary>Cuts the exported material: client key, server key, client salt, server salt (RFC 5764 4.2).</summary>
    public static DtlsKeys Split(SrtpProfile profile, ReadOnlySpan<byte> exported, DtlsRole role)
    {
        const int Key = SrtpProfiles.KeyBytes;
        var salt = profile.SaltBytes();
        var clientKey = exported[..Key].ToArray();
        var serverKey = exported.Slice(Key, Key).ToArray();
        var clientSalt = exported.Slice(2 * Key, salt).ToArray();
        var serverSalt = exported.Slice((2 * Key) + salt, salt).ToArray();
        return role == DtlsRole.Client
            ? new DtlsKeys(profile, clientKey, clientSalt, serverKey, serverSalt)
            : new DtlsKeys(profile, serverKey, serverSalt, clientKey, clientSalt);
    }

    public SrtpSender CreateSender() => new(Profile.CreateCipher(LocalKey, LocalSalt));

    public SrtpReceiver CreateReceiver() => new(Profile.CreateCipher(RemoteKey, RemoteSalt));
}
