namespace Marquee.TerminalGateway.Fulfilment;

/// <summary>Where an order for pick-up stands.</summary>
internal enum PickState
{
    /// <summary>Asked for; nothing is done before it is paid.</summary>
    AwaitingPayment,

    /// <summary>Waits for somebody to pick it.</summary>
    Queued,

    /// <summary>Somebody is picking it, for as long as the lease lasts.</summary>
    Claimed,

    /// <summary>Off the shelf.</summary>
    Picked,

    /// <summary>Ready to be fetched.</summary>
    Packed,

    /// <summary>The customer has it.</summary>
    HandedOver,

    /// <summary>The shelf had fewer than the books said: it waits for goods.</summary>
    BackOrdered,

    /// <summary>Kept back until its money is sure.</summary>
    Withheld,

    /// <summary>The sale does not stand.</summary>
    Cancelled,
}

/// <summary>What can happen to an order for pick-up.</summary>
internal enum PickStep
{
    /// <summary>The sale stands.</summary>
    Pay,

    Claim,

    /// <summary>Given back to the queue by who claimed it.</summary>
    Unclaim,

    Pick,

    /// <summary>The shelf has no more of something.</summary>
    Short,

    /// <summary>What was missing is there.</summary>
    Refill,

    Pack,

    HandOver,

    /// <summary>The payment was declined after the sale had been approved offline.</summary>
    Withhold,

    /// <summary>The money came after all.</summary>
    Lift,

    Cancel,
}
