using Marquee.TerminalGateway.Sales.Operations;
using Marquee.TerminalGateway.Sales.Refunds;
using Marquee.TerminalGateway.Sales.Shifts;
using Marquee.TerminalGateway.Sales.Tenders;

namespace Marquee.TerminalGateway.Sales;

/// <summary>The parts that sales are made of beside the sale itself.</summary>
internal static class SaleServices
{
    public static IServiceCollection AddSaleOperations(this IServiceCollection services)
    {
        services.AddSingleton<Approvals>();
        services.AddSingleton<TenderBook>();
        services.AddSingleton<TenderCashier>();
        services.AddSingleton<OperationBook>();
        services.AddSingleton<OperationDesk>();
        services.AddSingleton<RefundBook>();
        services.AddSingleton<RefundCashier>();
        services.AddSingleton<ShiftBook>();
        services.AddSingleton<Settler>();
        return services;
    }
}
