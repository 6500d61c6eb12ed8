// Nobody is signed in at this console yet.
import { useLive } from '../live'
import { Id, useText } from '../text'
import { SignFrame, WhoseDesk } from './frame'
import { Ways } from './ways'

export function SignIn() {
  const t = useText()
  const { session } = useLive()
  const own = session?.ways.some((w) => w !== 'link')
  return (
    <SignFrame>
      <WhoseDesk />
      <h1>{t('signin.title')}</h1>
      {own ? (
        <>
          <p>{t('signin.what')}</p>
          <Ways />
          <details><summary>{t('signin.help')}</summary><ul className="help"><li>{t('signin.help.lost')}</li><li>{t('signin.help.new')}</li><li>{t('signin.help.address')}</li></ul></details>
        </>
      ) : <><p>{t('signedout')}</p><p><Id>parley demo</Id></p></>}
      {own && session?.ways.includes('link') && <p className="muted small">{t('signin.link')}</p>}
    </SignFrame>
  )
}
