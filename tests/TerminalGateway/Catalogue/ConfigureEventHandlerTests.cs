using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Commands;
using Marquee.TerminalGateway.Catalogue;

namespace Marquee.TerminalGateway.Tests.Catalogue;

public sealed class ConfigureEventHandlerTests() : TillScene(configuration: null)
{
    [Fact]
    public async Task What_the_relay_is_told_is_none_of_the_tills_business_and_no_error()
    {
        var access = new ConfigureStreamAccess { Issuer = "marquee", Keys = [], RevokedTokens = [], RevokedStreams = [] };
        Assert.Equal((CommandOutcome.Applied, null), await AcceptAsync(1, access));
        Assert.Empty(Till.Facts());
    }

    [Fact]
    public async Task A_block_list_that_is_none_is_refused()
    {
        ConfigureBlockList[] bad =
        [
            new(null!, 0),
            new(["pm_card_visa"], 0),
            new([.. Enumerable.Repeat("00112233445566778899aabbccddeeff", ConfigureBlockList.MaxCards + 1)], 0),
        ];
        foreach (var list in bad) Assert.Equal((CommandOutcome.Refused, "invalid_block_list"), await AcceptAsync(1, list));
        Assert.Equal((CommandOutcome.Applied, null), await AcceptAsync(1, new ConfigureBlockList(["00112233445566778899aabbccddeeff"], 5)));
    }

    [Fact]
    public async Task What_no_till_could_sell_by_is_refused_and_not_acknowledged()
    {
        var good = TestTill.Configuration();
        ConfigureEvent[] bad =
        [
            good with { EventId = "" },
            good with { Title = null! },
            good with { Catalogue = null! },
            good with { OfflineLimits = null! },
            good with { EndsAt = good.StartsAt },
            good with { OfflineLimits = new OfflineLimits(-1, 0) },
            good with { Catalogue = [new CatalogueItem("shirt", "Shirt", -1, 1)] },
            good with { Catalogue = [new CatalogueItem("shirt", "Shirt", 1, -1)] },
            good with { Catalogue = [new CatalogueItem("shirt", "Shirt", 1, 1), new CatalogueItem("shirt", "Shirt", 2, 1)] },
        ];
        foreach (var configuration in bad)
            Assert.Equal((CommandOutcome.Refused, "invalid_configuration"), await AcceptAsync(1, configuration));
        Assert.Empty(Till.Facts());
        Assert.Empty(Till.Store.Read(EventBook.All));
    }

    [Fact]
    public async Task The_currency_may_change_before_the_first_sale_and_not_after()
    {
        await AcceptAsync(1, TestTill.Configuration() with { Currency = Currency.Of("JPY") });
        await AcceptAsync(2, TestTill.Configuration());
        await Till.SellAsync(TestTill.Request("o-1"));
        Assert.Equal((CommandOutcome.Refused, "invalid_configuration"), await AcceptAsync(3, TestTill.Configuration() with { Currency = Currency.Of("JPY") }));
        Assert.Equal(Currency.Eur, Till.Store.Read(r => EventBook.Find(r, TestTill.EventId))!.Currency);
    }

    [Fact]
    public async Task A_product_that_comes_back_remembers_what_was_sold_of_it()
    {
        await AcceptAsync(1, TestTill.Configuration());
        await Till.SellAsync(TestTill.Request("o-1", quantity: 4));
        await AcceptAsync(2, TestTill.Configuration() with { Catalogue = [new CatalogueItem("poster", "Poster", 500, 10)] });
        Assert.DoesNotContain(Till.Store.Read(r => EventBook.Stock(r, TestTill.EventId)), i => i.Sku == "shirt");
        await AcceptAsync(3, TestTill.Configuration());
        Assert.Equal(6, Till.Remaining());
    }

    [Fact]
    public async Task Who_may_buy_a_product_is_the_newest_configurations_word()
    {
        var gin = new CatalogueItem("gin", "Gin", 4_900, 5) { Identity = IdentityPolicy.AgeOver(18), HighTicket = true };
        await AcceptAsync(1, TestTill.Configuration() with { Catalogue = [gin] });
        var item = Assert.Single(Till.Store.Read(r => EventBook.Stock(r, TestTill.EventId)));
        Assert.Equal((IdentityPolicy.AgeOver(18), true), (item.Identity, item.HighTicket));
        await AcceptAsync(2, TestTill.Configuration() with { Catalogue = [gin with { Identity = null, HighTicket = false }] });
        item = Assert.Single(Till.Store.Read(r => EventBook.Stock(r, TestTill.EventId)));
        Assert.Equal((null, false), (item.Identity, item.HighTicket));
    }

    private async Task<(CommandOutcome Outcome, string? Code)> AcceptAsync(long version, CommandBody configuration)
    {
        var command = new EdgeCommand { PopId = "berlin", Key = "event/watch-night", Version = version, IssuedAt = DateTimeOffset.UnixEpoch, Body = configuration };
        var (outcome, verdict) = await Till.Inbox.AcceptAsync(command);
        return (outcome, verdict.RefusalCode);
    }
}
