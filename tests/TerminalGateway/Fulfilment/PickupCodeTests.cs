using System.Text.RegularExpressions;
using Marquee.TerminalGateway.Fulfilment;
using Marquee.TerminalGateway.Hardening;

namespace Marquee.TerminalGateway.Tests.Fulfilment;

public sealed class PickupCodeTests
{
    private static readonly PickOrder Order = new()
    {
        Number = 1,
        OrderId = "o-1",
        EventId = "e",
        Lines = [],
        ToPick = [],
        State = PickState.Packed,
        PromisedAt = DateTimeOffset.UnixEpoch,
        ChangedAt = DateTimeOffset.UnixEpoch,
    };

    private readonly PickupCode _codes = new(new KeyRing(new byte[32]));

    [Fact]
    public void A_code_is_short_the_same_after_a_restart_and_another_for_every_order_issue_and_gateway()
    {
        var code = _codes.Of("o-1", 1);
        Assert.Matches(new Regex(@"\A[0-9A-HJKMNP-TV-Z]{6}\z"), code);
        Assert.Equal(code, new PickupCode(new KeyRing(new byte[32])).Of("o-1", 1));
        var other = new PickupCode(new KeyRing([.. Enumerable.Repeat((byte)1, 32)]));
        Assert.Equal(4, new[] { code, _codes.Of("o-2", 1), _codes.Of("o-1", 2), other.Of("o-1", 1) }.Distinct().Count());
    }

    [Fact]
    public void A_code_is_right_however_people_write_it()
    {
        // 0 and 1 are what O, I and L are taken for.
        var orders = Enumerable.Range(0, 2_000).Select(i => Order with { OrderId = $"o-{i}" }).ToList();
        var tricky = orders.First(o => _codes.Of(o.OrderId, 1) is var code && code.Contains('0') && code.Contains('1'));
        var code = _codes.Of(tricky.OrderId, 1);
        Assert.True(_codes.IsRight(tricky, code));
        Assert.True(_codes.IsRight(tricky, $" {code[..3].ToLowerInvariant()}-{code[3..]} "));
        Assert.True(_codes.IsRight(tricky, code.Replace('0', 'O').Replace('1', 'l')));
        Assert.False(_codes.IsRight(tricky, code[..5]));
        Assert.False(_codes.IsRight(tricky, _codes.Of("o-0/", 1)));
    }

    [Fact]
    public void The_qr_code_says_whose_and_what() => Assert.Equal($"marquee:o-1:{_codes.Of("o-1", 1)}", _codes.Qr(Order));
}
