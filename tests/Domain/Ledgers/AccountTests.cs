using System.Text.Json;
using Marquee.Domain.Ledgers;

namespace Marquee.Domain.Tests.Ledgers;

public sealed class AccountTests
{
    [Theory]
    [InlineData("processor-clearing", Side.Debit)]
    [InlineData("offline-at-risk", Side.Debit)]
    [InlineData("customer-debt", Side.Debit)]
    [InlineData("processor-fees", Side.Debit)]
    [InlineData("offline-deferred", Side.Credit)]
    [InlineData("event-proceeds", Side.Credit)]
    [InlineData("tax-payable", Side.Credit)]
    [InlineData("tips-payable", Side.Credit)]
    [InlineData("platform-commission", Side.Credit)]
    [InlineData("payable/ada", Side.Credit)]
    public void An_account_has_a_code_and_a_normal_side(string code, Side side)
    {
        var account = Account.Parse(code);

        Assert.Equal(code, account.Code);
        Assert.Equal(side, account.NormalSide);
        Assert.Equal(account, JsonSerializer.Deserialize<Account>(JsonSerializer.Serialize(account)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("cash")]
    [InlineData("payable/")]
    [InlineData("payable/Ada")]
    [InlineData("Event-Proceeds")]
    public void There_are_no_other_accounts(string? code)
    {
        Assert.False(Account.TryParse(code, out _));
        Assert.Throws<FormatException>(() => Account.Parse(code!));
    }

    [Fact]
    public void A_payable_account_names_its_party()
    {
        Assert.Equal("ada", Account.Payable("ada").PartyId);
        Assert.Null(Account.EventProceeds.PartyId);
        Assert.Throws<ArgumentException>(() => Account.Payable("Ada Lovelace"));
    }

    [Fact]
    public void An_unknown_code_in_JSON_is_an_error_of_the_JSON() =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Account>("\"cash\""));
}
