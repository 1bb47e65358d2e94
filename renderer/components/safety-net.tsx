import { Component, type ReactNode } from 'react';
import { text } from '../text.ts';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';

/**
 * Catches what fails while drawing, so that one broken view leaves the rest of the window usable.
 * A class, since React catches with nothing else.
 */
export class SafetyNet extends Component<
  { readonly children: ReactNode },
  { readonly failed: boolean }
> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <Notice
        kind="error"
        title={text.failure.unexpected}
        actions={
          <Button onClick={() => this.setState({ failed: false })}>{text.failure.showAgain}</Button>
        }
      >
        {text.failure.unexpectedHint}
      </Notice>
    );
  }
}
