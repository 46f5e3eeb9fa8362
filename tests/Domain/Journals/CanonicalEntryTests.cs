using CsCheck;
using Marquee.Domain.Journals;

namespace Marquee.Domain.Tests.Journals;

public sealed class CanonicalEntryTests
{
    private static readonly PlacedEntry Placed = new(7, 3, new DateTimeOffset(2026, 11, 27, 18, 0, 0, TimeSpan.Zero), new JournalEntry
    {
        Decision = Decision.ApprovedOffline,
        TerminalId = "t1",
        EventId = "night",
        OrderId = "o-1",
        TerminalSequence = 3,
        Amount = new Money(1250, Currency.Eur),
    });

    [Fact]
    public void Format_1_is_these_bytes_for_ever() => Assert.Equal(
        "01" + "0000000000000007" + "0000000000000003" + "08DF4CB04118D000"
        + "0000000F" + "417070726F7665644F66666C696E65" + "00000002" + "7431" + "00000005" + "6E69676874" + "00000003" + "6F2D31"
        + "0000000000000003" + "00000000000004E2" + "00000003" + "455552" + "FFFFFFFF" + "FFFFFFFF" + "FFFFFFFF",
        Convert.ToHexString(CanonicalEntry.Write(Placed)));

    [Fact]
    public void What_is_written_is_read_back() => GivenChain.GenEntry.Sample(entry =>
    {
        var placed = Placed with { Entry = entry };
        Assert.Equal(placed, CanonicalEntry.Read(CanonicalEntry.Write(placed)));
    });

    [Fact]
    public void Bytes_that_are_read_are_the_only_form_of_what_they_say() =>
        Gen.Select(GivenChain.GenEntry, Gen.Int[0, 200], Gen.Byte).Sample((entry, at, value) =>
        {
            var bytes = CanonicalEntry.Write(Placed with { Entry = entry });
            bytes[at % bytes.Length] = value;
            try
            {
                Assert.Equal(bytes, CanonicalEntry.Write(CanonicalEntry.Read(bytes)));
            }
            catch (FormatException)
            {
                // Not an entry any more.
            }
        });

    [Fact]
    public void Bytes_cut_short_or_drawn_out_are_no_entry()
    {
        var bytes = CanonicalEntry.Write(Placed);
        for (var length = 0; length < bytes.Length; length++) Assert.Throws<FormatException>(() => CanonicalEntry.Read(bytes.AsSpan(0, length)));
        Assert.Throws<FormatException>(() => CanonicalEntry.Read([.. bytes, 0]));
    }

    [Fact]
    public void A_text_that_is_too_long_is_refused() => Assert.Throws<ArgumentException>(() =>
        CanonicalEntry.Write(Placed with { Entry = Placed.Entry with { Code = new string('x', CanonicalEntry.MaxTextBytes + 1) } }));
}
