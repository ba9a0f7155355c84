using Microsoft.Extensions.Options;

namespace Moodstream.Dashboard;

/// <summary>Checks the ranges stated on the options, all at once.</summary>
[OptionsValidator]
internal sealed partial class DashboardOptionsValidator : IValidateOptions<DashboardOptions>;
