using Marquee.Domain.Contracts;
using Marquee.TerminalGateway.Payments;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Sales.Operations;
using Marquee.TerminalGateway.Sales.Tenders;
using Microsoft.Extensions.DependencyInjection;

namespace Marquee.TerminalGateway.Tests.Sales.Tenders;

public sealed class ReaderSaleTests : OperationsTestBase
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static TenderRequest On(string readerId) => new(TenderMeans.Reader, null, null, readerId);

    [Fact]
    public async Task A_sale_waits_for_the_card_at_the_reader_and_is_captured_when_it_comes()
    {
        var reader = await Processor.ReaderAsync();
        Assert.IsType<SaleAnswer.Waiting>(await Till.SellAsync(Tendered("o-1", On(reader.Id))));
        Assert.Equal("process_payment_intent", (await Processor.FindReaderAsync(reader.Id)).Action.Type);
        Assert.IsType<SaleAnswer.Waiting>(await Till.SellAsync(Tendered("o-1", On(reader.Id))));

        await Processor.PresentAsync(reader.Id);
        await Till.SettleAsync();
        Assert.Equal(SaleState.ApprovedOnline, Till.Find("o-1")!.State);
        var intent = Assert.Single(await Processor.IntentsAsync());
        Assert.Equal(("succeeded", 1_250, "card_present"), (intent.Status, intent.AmountReceived, intent.PaymentMethodTypes.Single()));
        Assert.NotNull(Assert.Single(Till.Facts<SaleApproved>()).Receipt);
    }

    [Fact]
    public async Task A_declined_card_at_the_reader_closes_the_order()
    {
        var reader = await Processor.ReaderAsync();
        await Till.SellAsync(Tendered("o-1", On(reader.Id)));
        await Processor.PresentAsync(reader.Id, "4000000000000002");
        Assert.IsType<SaleAnswer.Declined>(await Till.SellAsync(Tendered("o-1", On(reader.Id))));
        Assert.Equal(10, Till.Remaining());
        Assert.Equal(0, await Processor.HeldAsync());
    }

    [Fact]
    public async Task A_void_takes_the_payment_off_the_reader()
    {
        var reader = await Processor.ReaderAsync();
        await Till.SellAsync(Tendered("o-1", On(reader.Id)));
        Assert.Equal(SaleState.Declined, Assert.IsType<OperationAnswer.Done>(await Till.Operations.VoidAsync("o-1", new VoidRequest("v-1", "terminal-1"))).Sale.State);
        Assert.Null((await Processor.FindReaderAsync(reader.Id)).Action);
        Assert.Equal("canceled", Assert.Single(await Processor.IntentsAsync()).Status);
        Assert.Equal(10, Till.Remaining());
    }

    [Fact]
    public async Task A_second_payment_waits_until_the_reader_is_free()
    {
        var reader = await Processor.ReaderAsync();
        await Till.SellAsync(Tendered("o-1", On(reader.Id)));
        Assert.IsType<SaleAnswer.Waiting>(await Till.SellAsync(Tendered("o-2", On(reader.Id))));
        await Processor.PresentAsync(reader.Id);
        await Till.SettleAsync();
        await Till.SettleAsync();
        Assert.Equal((SaleState.ApprovedOnline, SaleState.Authorising), (Till.Find("o-1")!.State, Till.Find("o-2")!.State));
        await Processor.PresentAsync(reader.Id);
        await Till.SettleAsync();
        Assert.Equal(SaleState.ApprovedOnline, Till.Find("o-2")!.State);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_lost_answer_makes_no_second_payment(int after)
    {
        var reader = await Processor.ReaderAsync();
        // Create, look, look at the reader, hand over.
        await Processor.SetOutageAsync("lose_answer", count: 1, after);
        await Till.SellAsync(Tendered("o-1", On(reader.Id)));
        await RestartAsync();
        await BackOnlineAsync();
        await Processor.PresentAsync(reader.Id);
        await Till.SettleAsync();
        Assert.Equal(SaleState.ApprovedOnline, Till.Find("o-1")!.State);
        Assert.Single(await Processor.IntentsAsync());
    }

    [Fact]
    public async Task A_tip_is_captured_on_top_of_what_was_held_at_the_reader()
    {
        var reader = await Processor.ReaderAsync();
        await Till.SellAsync(Tendered("o-1", On(reader.Id)) with { Capture = CaptureMode.Manual, AuthoriseMinorUnits = 1_500 });
        await Processor.PresentAsync(reader.Id);
        await Till.SettleAsync();
        Assert.Equal(SaleState.Authorised, Till.Find("o-1")!.State);
        Assert.NotNull(Till.Tenders("o-1").Single().CaptureBefore);
        await Till.Operations.CaptureAsync("o-1", new CaptureRequest("c-1", "terminal-1", TipMinorUnits: 150));
        Assert.Equal(1_400, await Processor.KeptAsync());
    }

    [Fact]
    public async Task Readers_are_listed_and_registered_and_connect_with_a_token()
    {
        var known = await Processor.ReaderAsync();
        var readers = Till.Services.GetRequiredService<CardReaders>();
        var (registered, _) = await readers.RegisterAsync("simulated-s700", "Door", known.LocationId, Patience);
        var (all, _) = await readers.ListAsync(known.LocationId, Patience);
        Assert.Equal([known.Id, registered!.Id], all!.Data.Select(r => r.Id).Order(Comparer<string>.Create((a, b) => a == known.Id ? -1 : b == known.Id ? 1 : 0)));
        var (token, _) = await readers.ConnectionTokenAsync(known.LocationId, Patience);
        Assert.StartsWith("pst_", token!.Secret, StringComparison.Ordinal);
        var (none, failure) = await readers.RegisterAsync("no-such-code", null, known.LocationId, Patience);
        Assert.Null(none);
        Assert.IsType<PaymentOutcome.Declined>(failure);
    }
}
