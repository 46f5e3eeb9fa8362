using System.Security.Cryptography;
using Marquee.Domain.Contracts;
using Marquee.Local.Terminal.Phones;
using Marquee.TerminalGateway.Identity.Mdoc;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.TerminalGateway.Tests.Identity.Mdoc;

/// <summary>Whatever a phone sends, the verifier answers, and never with a yes.</summary>
public sealed class MdocFuzzTests
{
    private const int Rounds = 4_000;

    private readonly MdocVerifier _verifier = new(AnnexD.Roots(), new FakeTimeProvider(AnnexD.Then));

    [Theory]
    [InlineData(1)]
    [InlineData(18013)]
    public void Mutations_of_a_genuine_response_are_refused_by_name(int seed)
    {
        using var session = AnnexD.Session();
        var random = new Random(seed);
        var seen = new HashSet<MdocFault>();
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = Mutate(random, AnnexD.DeviceResponse);
            var verdict = Entry(_verifier, session, bytes);
            // What the mutation left as it was, or made of it in a place that nobody signs, may pass; an age that it never stated may not.
            Assert.NotNull(verdict.Fault);
            seen.Add(verdict.Fault.Value);
        }

        // It got past the parser often enough to be worth something.
        Assert.Superset(new HashSet<MdocFault> { MdocFault.Malformed, MdocFault.IssuerSignatureInvalid, MdocFault.DigestMismatch }, seen);
    }

    [Fact]
    public void Noise_is_malformed()
    {
        using var session = AnnexD.Session();
        var random = new Random(7);
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = new byte[random.Next(0, 200)];
            random.NextBytes(bytes);
            Assert.NotNull(Entry(_verifier, session, bytes).Fault);
            Assert.NotNull(_verifier.Verify(session, bytes, IdentityPolicy.AgeOver(18)).Fault);
        }
    }

    [Fact]
    public void Engagements_and_handovers_open_a_session_or_are_refused()
    {
        using var phone = new SamplePhone(new SampleAuthority().Signer());
        var random = new Random(11);
        var refused = 0;
        for (var round = 0; round < Rounds; round++)
        {
            try
            {
                var key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
                using var session = ReaderSession.Open(key, Mutate(random, phone.Engagement), Mutate(random, [0x82, 0x41, 0x00, 0xf6]));
            }
            catch (MdocException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1, Rounds);
    }

    [Theory]
    [InlineData(0x81)]
    [InlineData(0xa1)]
    [InlineData(0xd8)]
    public void Depth_and_length_are_bounded_before_anything_is_built(byte open)
    {
        using var session = AnnexD.Session();
        foreach (var length in (int[])[Cbor.MaxBytes - 1, Cbor.MaxBytes, Cbor.MaxBytes + 1])
        {
            var bytes = new byte[length];
            Array.Fill(bytes, open);
            Assert.Equal(MdocFault.Malformed, Entry(_verifier, session, bytes).Fault);
        }
    }

    /// <summary>The fuzzer's entry: any bytes in, a verdict out.</summary>
    private static MdocVerdict Entry(MdocVerifier verifier, ReaderSession session, byte[] deviceResponse) =>
        verifier.VerifyResponse(session, deviceResponse, IdentityPolicy.AgeOver(18));

    private static byte[] Mutate(Random random, byte[] genuine)
    {
        var bytes = genuine.ToList();
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 40), bytes.Count - at));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 40), bytes.Count - at)));
                    break;
                default:
                    bytes[at] = (byte)new[] { 0x00, 0x1f, 0x5f, 0x7f, 0x9f, 0xbf, 0xc0, 0xd8, 0xf6, 0xff }[random.Next(10)];
                    break;
            }

            if (bytes.Count == 0) bytes.Add(0);
        }

        return [.. bytes];
    }
}
