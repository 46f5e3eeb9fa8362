using CsCheck;
using Marquee.StreamRelay.Trunk.Wire;

namespace Marquee.StreamRelay.Tests.Trunk;

public sealed class SessionTests
{
    private static readonly byte[] NonceA = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];
    private static readonly byte[] NonceB = [.. Enumerable.Range(101, 16).Select(i => (byte)i)];
    private static readonly TrunkKey Key = new(1, new byte[TrunkKey.SecretBytes]);

    [Fact]
    public void What_one_side_seals_the_other_opens_and_not_the_sealer_itself()
    {
        using var berlin = new TrunkSession(Key, "berlin", "lisbon", NonceA, NonceB, 0);
        using var lisbon = new TrunkSession(Key, "lisbon", "berlin", NonceB, NonceA, 0);
        Assert.Equal(berlin.Id, lisbon.Id);
        var datagram = Sealed(berlin, 3, "the show goes on"u8);
        Assert.Equal("the show goes on"u8.ToArray(), Open(lisbon, datagram));
        Assert.Null(Open(berlin, datagram));
        Assert.True(lisbon.IsConfirmed);
    }

    [Fact]
    public void A_datagram_opens_once_and_one_that_was_changed_not_at_all()
    {
        using var berlin = new TrunkSession(Key, "berlin", "lisbon", NonceA, NonceB, 0);
        using var lisbon = new TrunkSession(Key, "lisbon", "berlin", NonceB, NonceA, 0);
        var datagram = Sealed(berlin, 0, "once"u8);
        for (var i = 0; i < datagram.Length; i++)
        {
            var changed = datagram.ToArray();
            changed[i] ^= 0x10;
            Assert.Null(Open(lisbon, changed));
        }
        Assert.NotNull(Open(lisbon, datagram));
        Assert.Null(Open(lisbon, datagram));
        // Old ones within the window come late and are taken; behind it they are not.
        var late = Sealed(berlin, 0, "late"u8);
        for (var i = 0; i < TrunkSession.ReplayWindow - 1; i++) Assert.NotNull(Open(lisbon, Sealed(berlin, 0, "x"u8)));
        Assert.NotNull(Open(lisbon, late));
        var tooLate = Sealed(berlin, 0, "late"u8);
        for (var i = 0; i < TrunkSession.ReplayWindow; i++) Assert.NotNull(Open(lisbon, Sealed(berlin, 0, "x"u8)));
        Assert.Null(Open(lisbon, tooLate));
    }

    [Fact]
    public void No_two_sessions_or_links_or_directions_seal_alike()
    {
        var seen = new HashSet<string>();
        foreach (var (ours, theirs) in new[] { (NonceA, NonceB), (NonceB, NonceA), (NonceA, NonceA) })
        {
            foreach (var (from, to) in new[] { ("berlin", "lisbon"), ("lisbon", "berlin") })
            {
                using var session = new TrunkSession(Key, from, to, ours, theirs, 0);
                for (var link = 0; link < TrunkWire.MaxLinks; link++)
                    for (var i = 0; i < 3; i++)
                        seen.Add(Convert.ToHexString(Sealed(session, link, "same text every time"u8)[SealedHeader.Length..]));
            }
        }
        // Swapped nonces with swapped names are the same session, seen from the other side.
        Assert.Equal(6 * TrunkWire.MaxLinks * 3, seen.Count);
    }

    [Fact]
    public void The_window_takes_each_number_once_whatever_their_order() => Gen.Int[0, 300].Array[1, 400].Sample(numbers =>
    {
        var window = new CounterWindow(128);
        var seen = new HashSet<int>();
        var newest = -1;
        foreach (var number in numbers)
        {
            var isDue = !seen.Contains(number) && number > newest - 128;
            Assert.Equal(isDue, window.Allows(number));
            if (!isDue) continue;
            window.Mark(number);
            seen.Add(number);
            newest = Math.Max(newest, number);
        }
    });

    private static byte[] Sealed(TrunkSession session, int link, ReadOnlySpan<byte> text)
    {
        var datagram = new byte[SealedHeader.Length + text.Length + TrunkWire.TagBytes];
        text.CopyTo(datagram.AsSpan(SealedHeader.Length));
        Assert.Equal(datagram.Length, session.Seal(link, datagram, text.Length));
        return datagram;
    }

    private static byte[]? Open(TrunkSession session, byte[] datagram)
    {
        var copy = datagram.ToArray();
        if (!SealedHeader.TryParse(copy, out var header) || header.Session != session.Id) return null;
        return session.TryOpen(copy, header, out var text) ? text.ToArray() : null;
    }
}
