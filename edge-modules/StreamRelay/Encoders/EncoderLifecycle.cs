namespace Marquee.StreamRelay.Encoders;

internal enum EncoderState
{
    /// <summary>Its event does not need it now.</summary>
    Idle,

    /// <summary>ffmpeg runs, and no media has come from it yet.</summary>
    Starting,

    /// <summary>Media flows.</summary>
    Running,

    /// <summary>ffmpeg has been killed and has not ended yet.</summary>
    Stopping,

    /// <summary>Waits before the next try.</summary>
    Backoff,

    /// <summary>For good: the relay ends.</summary>
    Stopped,
}

internal enum EncoderEvent
{
    /// <summary>The event needs the stream.</summary>
    Wanted,
    Unwanted,

    /// <summary>Packets come from ffmpeg.</summary>
    MediaFlows,

    /// <summary>None have come for too long, or the caller was refused: this run leads nowhere.</summary>
    RunFailed,

    /// <summary>ffmpeg ended, or could not be started.</summary>
    Exited,
    RetryDue,
    Shutdown,
}

/// <summary>What has to be done after an event.</summary>
internal enum EncoderAction
{
    None,
    Launch,
    Kill,
    ScheduleRetry,
}

/// <summary>The states of an encoder. Total: every event has an answer in every state. One thread at a time.</summary>
internal sealed class EncoderLifecycle
{
    private EncoderState _afterStop;

    public EncoderState State { get; private set; }

    public EncoderAction On(EncoderEvent happened) => (State, happened) switch
    {
        (EncoderState.Stopped, _) => EncoderAction.None,
        (EncoderState.Idle or EncoderState.Backoff, EncoderEvent.Shutdown) => Enter(EncoderState.Stopped, EncoderAction.None),

        (EncoderState.Idle, EncoderEvent.Wanted) => Enter(EncoderState.Starting, EncoderAction.Launch),
        (EncoderState.Idle, _) => EncoderAction.None,

        (EncoderState.Backoff, EncoderEvent.RetryDue) => Enter(EncoderState.Starting, EncoderAction.Launch),
        (EncoderState.Backoff, EncoderEvent.Unwanted) => Enter(EncoderState.Idle, EncoderAction.None),
        (EncoderState.Backoff, _) => EncoderAction.None,

        (EncoderState.Starting, EncoderEvent.MediaFlows) => Enter(EncoderState.Running, EncoderAction.None),
        (EncoderState.Starting or EncoderState.Running, EncoderEvent.Exited) => Enter(EncoderState.Backoff, EncoderAction.ScheduleRetry),
        (EncoderState.Starting or EncoderState.Running, EncoderEvent.RunFailed) => Stop(EncoderState.Backoff),
        (EncoderState.Starting or EncoderState.Running, EncoderEvent.Unwanted) => Stop(EncoderState.Idle),
        (EncoderState.Starting or EncoderState.Running, EncoderEvent.Shutdown) => Stop(EncoderState.Stopped),
        (EncoderState.Starting or EncoderState.Running, _) => EncoderAction.None,

        (EncoderState.Stopping, EncoderEvent.Exited) =>
            Enter(_afterStop, _afterStop == EncoderState.Backoff ? EncoderAction.ScheduleRetry : EncoderAction.None),
        (EncoderState.Stopping, EncoderEvent.Shutdown) => Afterwards(EncoderState.Stopped),
        (EncoderState.Stopping, EncoderEvent.Unwanted) when _afterStop == EncoderState.Backoff => Afterwards(EncoderState.Idle),
        _ => EncoderAction.None,
    };

    private EncoderAction Enter(EncoderState state, EncoderAction action)
    {
        State = state;
        return action;
    }

    private EncoderAction Stop(EncoderState afterwards)
    {
        (State, _afterStop) = (EncoderState.Stopping, afterwards);
        return EncoderAction.Kill;
    }

    private EncoderAction Afterwards(EncoderState state)
    {
        _afterStop = state;
        return EncoderAction.None;
    }
}
