using Marquee.Local.Stripe.Resources;
using Marquee.Local.Stripe.Store;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe;

/// <summary>Everything that is played: which handler answers which operation, and what the clock does.</summary>
internal static class Books
{
    public static Routes Routes(OperationCatalog catalog)
    {
        var routes = new Routes(catalog);
        Accounts.Register(routes);
        Balances.Register(routes);
        BankAccounts.Register(routes);
        Charges.Register(routes);
        CheckoutSessions.Register(routes);
        Customers.Register(routes);
        Disputes.Register(routes);
        Events.Register(routes);
        Identity.Register(routes);
        PaymentIntents.Register(routes);
        PaymentLinks.Register(routes);
        PaymentMethods.Register(routes);
        Payouts.Register(routes);
        Refunds.Register(routes);
        SetupIntents.Register(routes);
        TerminalActions.Register(routes);
        TerminalLocations.Register(routes);
        TerminalReaders.Register(routes);
        Tokens.Register(routes);
        Transfers.Register(routes);
        TransferReversals.Register(routes);
        WebhookEndpoints.Register(routes);
        return routes;
    }

    public static void Schedule(Jobs jobs)
    {
        jobs.On(Ledger.SettleJob, Ledger.Settle);
        jobs.On(Charges.BookJob, Charges.BookLater);
        jobs.On(CheckoutSessions.ExpireJob, CheckoutSessions.Lapse);
        jobs.On(Disputes.LapseJob, Disputes.Lapse);
        jobs.On(PaymentIntentCapture.ExpireJob, PaymentIntentCapture.Expire);
        jobs.On(Payouts.ArriveJob, Payouts.Arrive);
        jobs.On(Payouts.SendJob, Payouts.Leave);
        jobs.On(Refunds.FinishJob, Refunds.Finish);
        jobs.On(TerminalActions.PresentJob, TerminalActions.PresentByItself);
    }
}
