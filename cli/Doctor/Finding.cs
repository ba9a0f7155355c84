namespace Moodstream.Cli.Doctor;

/// <summary>One thing looked for.</summary>
/// <param name="Name">What was looked for.</param>
/// <param name="State">Whether it is there.</param>
/// <param name="Detail">What was found, or how to get it.</param>
/// <param name="NeededFor">What does not work without it.</param>
internal sealed record Finding(string Name, FindingState State, string Detail, string NeededFor);

/// <summary>Whether something is there.</summary>
internal enum FindingState
{
    /// <summary>There, and good.</summary>
    Found,

    /// <summary>Not there, and what it is needed for can be done without.</summary>
    Optional,

    /// <summary>Not there, or bad: something the program is for will not work.</summary>
    Missing,
}
