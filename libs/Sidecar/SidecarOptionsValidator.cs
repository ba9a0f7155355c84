using Microsoft.Extensions.Options;

namespace Moodstream.Sidecar;

/// <summary>Holds <see cref="SidecarOptions"/> to their documented ranges.</summary>
[OptionsValidator]
internal sealed partial class SidecarOptionsValidator : IValidateOptions<SidecarOptions>;
